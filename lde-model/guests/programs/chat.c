/* Two processes talk through two pipes: a question, an answer, three times.  `chat alone` asks with nobody there to
 * answer, and so waits for ever. */
#include "lde-model/guests/programs/guest.h"

enum { ROUNDS = 3 };

static void answer(int questions, int answers)
{
    int number;
    while (guest_read(questions, &number, sizeof number) == sizeof number) {
        number = number * number;
        guest_write(answers, &number, sizeof number);
    }
    guest_exit(0);
}

int main(int argc, char **argv)
{
    (void)argv;
    int questions[2], answers[2], status;
    if (guest_pipe(questions) != 0 || guest_pipe(answers) != 0)
        return 1;
    if (argc == 1 && guest_fork() == 0) {
        guest_close(questions[1]); /* or the end of questions would never come */
        answer(questions[0], answers[1]);
    }
    for (int number = 7; number < 7 + ROUNDS; number++) {
        struct guest_line line = {0};
        int square = 0;
        guest_write(questions[1], &number, sizeof number);
        guest_read(answers[0], &square, sizeof square);
        line_text(&line, "what is ");
        line_number(&line, number);
        line_text(&line, " squared?  ");
        line_number(&line, square);
        line_text(&line, "\n");
        line_print(&line);
    }
    guest_close(questions[1]);
    guest_wait(&status);
    return status >> 8;
}

/* Looks for what should not be there: in its environment, however it is asked for, behind it, among its descriptors,
 * and in a child.  Says what it found; the same with and without a recorder, if that hides well. */
#include <dirent.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

static void look_into_proc(void)
{
    static char text[65536];
    FILE *file = fopen("/proc/self/environ", "r");
    size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;

    for (size_t at = 0; at < size; at += strlen(text + at) + 1)
        if (strncmp(text + at, "LD_PRELOAD", 10) == 0 || strstr(text + at, "TRAPBOOK_LOG") != NULL)
            printf("environ has %s\n", text + at);
    fclose(file);
}

static void look_at_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    printf("%d descriptors\n", count);
}

int main(int argc, char **argv, char **environment)
{
    char **end = argv + argc + 1;
    const Elf64_auxv_t *auxiliary;
    const char *preload = getenv("LD_PRELOAD");

    printf("LD_PRELOAD is %s\n", preload != NULL ? preload : "not set");
    for (char **entry = environ; *entry != NULL; entry++)
        if (strncmp(*entry, "LD_", 3) == 0 || strncmp(*entry, "TRAPBOOK_LOG", 12) == 0)
            printf("environment has %s\n", *entry);
    printf("main's environment %s\n",
           environment == environ && environ == argv + argc + 1 ? "is that, too" : "is another");
    while (*end != NULL)
        end++;
    auxiliary = (const Elf64_auxv_t *)(void *)(end + 1);
    while (auxiliary->a_type != AT_NULL && auxiliary->a_type != AT_PAGESZ)
        auxiliary++;
    printf("the auxiliary vector %s\n", auxiliary->a_un.a_val == getauxval(AT_PAGESZ) ? "follows" : "is lost");
    look_into_proc();
    look_at_descriptors();
    fflush(stdout);
    if (argc > 1) /* and once more, as another program */
        execl(argv[0], argv[0], (char *)NULL);
    return 0;
}

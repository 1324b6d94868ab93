/* A name that the compiler takes for its own bookkeeping and leaves without hooks. */
#include <pthread.h>

int __llvm_gcov_count;

static void *add(void *unused)
{
    __llvm_gcov_count++;
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, add, NULL);
    __llvm_gcov_count++;
    pthread_join(thread, NULL);
    return 0;
}

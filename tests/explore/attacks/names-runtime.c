/* Calls the runtime by name. */
extern void __wrap_exit(int status);

int main(void)
{
    __wrap_exit(0);
    return 0;
}

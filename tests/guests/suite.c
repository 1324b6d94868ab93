/* Guest programs: what they print on every OS, the host's own among them, and files that are none. */
#include "lde-model/guests/boot.h"
#include "tests/lde/lde.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What TickOS has in its table of files must be there on Linux, too. */
static void write_motto(void)
{
    FILE *file = fopen(check_path("motto.txt"), "w");
    fputs("Limited direct execution:\nrun on the CPU itself, but never own it.\n", file);
    fclose(file);
}

Test(programs, of_the_model_run_natively_with_the_same_output)
{
    static const char *const programs[] = {"hello", "gcf", "chat", "files", "getppid-loop", "spin 1"};
    struct run_result model, native;
    write_motto();
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        char name[64], path[128];
        LDE(&model, 0, "run", programs[i]);
        const bool argument = sscanf(programs[i], "%s 1", name) == 1 && strchr(programs[i], ' ') != NULL;
        snprintf(path, sizeof path, "guests/tickos/%s", name);
        const char *const argv[] = {check_built(path), argument ? "1" : NULL, NULL};
        cr_assert_eq(run_command(&(struct run_options){.argv = argv, .directory = check_scratch()}, &native), 0);
        cr_expect_eq(run_exit_code(&native), 0, "%s", programs[i]);
        cr_expect_str_eq(model.out, native.out);
        run_free(&model);
        run_free(&native);
    }
}

/* Runs a guest of the suites' own, here or (`native`) on Linux itself. */
static void run_odd(struct run_result *result, bool native, const char *option, const char *program)
{
    char guests[4200], path[128];
    snprintf(guests, sizeof guests, "LDE_GUESTS=%s", check_built("odd-guests"));
    snprintf(path, sizeof path, "odd-guests/tickos/%s", program);
    const char *const environment[] = {guests, NULL}, *const natively[] = {check_built(path), NULL};
    const char *const argv[] = {check_built("lde"), "run", "--slice", "traps:50", option, program, NULL};
    cr_assert_eq(run_command(&(struct run_options){.argv = native ? natively : argv,
                                                   .environment = environment,
                                                   .directory = check_scratch()},
                             result),
                 0);
}

/* Pipelines, a chain of processes, producers and consumers, families, and arguments from hell. */
Test(programs, do_the_same_in_every_mode_and_on_linux_itself)
{
    static const char *const programs[] = {"pipeline", "sieve", "producers", "family", "hostile"};
    write_motto();
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        struct run_result native, bare, trap;
        char vm[64];
        snprintf(vm, sizeof vm, "--vm=tickos:%s", programs[i]);
        run_odd(&native, true, "", programs[i]);
        run_odd(&bare, false, "--mode=bare", programs[i]);
        run_odd(&trap, false, vm, NULL);
        cr_expect_gt(check_count(native.out, "\n"), 3);
        cr_expect_str_eq(bare.out, native.out, "%s: %s not %s", programs[i], bare.out, native.out);
        cr_expect_str_eq(trap.out, native.out, "%s: %s not %s", programs[i], trap.out, native.out);
        cr_expect_eq(run_exit_code(&native), 0);
        cr_expect_eq(run_exit_code(&bare), 0, "%s: %s", programs[i], bare.err);
        cr_expect_eq(run_exit_code(&trap), 0, "%s: %s", programs[i], trap.out);
        run_free(&native);
        run_free(&bare);
        run_free(&trap);
    }
}

Test(programs, meet_the_limits_of_tickos)
{
    static const char expected[] = "fork: one too many -11\n"
                                   "until then 15\n"
                                   "wait: but not long 0\n"
                                   "ended well 15\n"
                                   "again: one too many -11\n"
                                   "until then 15\n"
                                   "wait: but not long 0\n"
                                   "ended well 15\n"
                                   "a thread -22\n"
                                   "a child with a stack of its own -22\n"
                                   "the time of a CPU -22\n"
                                   "a file to write -30\n"
                                   "a new file -30\n"
                                   "open: one too many -24\n"
                                   "until then 9\n"
                                   "pipes in one process 4\n";
    struct run_result result;
    run_odd(&result, false, "--mode=bare", "limits");
    cr_expect_str_eq(result.out, expected, "%s%s", result.out, result.err);
    run_free(&result);
    run_odd(&result, false, "--vm=tickos:limits", NULL);
    cr_expect_str_eq(result.out, expected, "%s%s", result.out, result.err);
    run_free(&result);
}

/* ---- files that are no guests ---- */

struct image {
    char *bytes;
    size_t size;
    Elf64_Ehdr *header;
    Elf64_Phdr *code, *data; /* the two segments of a guest */
};

static void script(struct image *image)
{
    memcpy(image->bytes, "#!/bin/sh\n", image->size = 10);
}

static void no_bytes(struct image *image)
{
    image->size = 0;
}

static void cut_in_the_header(struct image *image)
{
    image->size = sizeof *image->header - 1;
}

static void cut_in_the_segments(struct image *image)
{
    image->size = sizeof *image->header + sizeof *image->code;
}

static void cut_in_the_code(struct image *image)
{
    image->size = image->code->p_offset + image->code->p_filesz - 1;
}

static void other_cpu(struct image *image)
{
    image->header->e_machine = image->header->e_machine == EM_X86_64 ? EM_AARCH64 : EM_X86_64;
}

static void half_as_wide(struct image *image)
{
    image->header->e_ident[EI_CLASS] = ELFCLASS32;
}

static void wrong_end_first(struct image *image)
{
    image->header->e_ident[EI_DATA] = ELFDATA2MSB;
}

static void library(struct image *image)
{
    image->header->e_type = ET_DYN;
}

static void interpreted(struct image *image)
{
    image->data->p_type = PT_INTERP;
}

static void no_segments(struct image *image)
{
    image->header->e_phnum = 0;
}

static void endless_segments(struct image *image)
{
    image->header->e_phnum = 60000;
}

static void segments_far_away(struct image *image)
{
    image->header->e_phoff = UINT64_MAX - 8;
}

static void entry_in_data(struct image *image)
{
    image->header->e_entry = image->data->p_vaddr;
}

static void entry_behind_code(struct image *image)
{
    image->header->e_entry = image->code->p_vaddr + image->code->p_memsz;
}

static void overlapping(struct image *image)
{
    *image->data = *image->code;
}

static void writable_code(struct image *image)
{
    image->code->p_flags |= PF_W;
}

static void writable_where_code_is(struct image *image)
{
    image->code->p_flags = PF_R | PF_W;
    image->header->e_entry = image->data->p_vaddr;
    image->data->p_flags = PF_R | PF_X;
    image->data->p_memsz = 16;
}

static void huge_bss(struct image *image)
{
    image->data->p_memsz = (uint64_t)1 << 40;
}

static void bss_round_the_address_space(struct image *image)
{
    image->data->p_memsz = UINT64_MAX - image->data->p_vaddr + 10;
}

static void more_in_file_than_in_memory(struct image *image)
{
    image->code->p_filesz = image->code->p_memsz + 1;
}

/* Writes hello, spoiled, where LDE_GUESTS says that TickOS's guests are. */
static void write_spoiled(const char *path, void (*spoil)(struct image *))
{
    struct image image = {0};
    image.bytes = check_read(check_built("guests/tickos/hello"), &image.size);
    image.header = (void *)image.bytes;
    Elf64_Phdr *segment = (void *)(image.bytes + image.header->e_phoff);
    for (unsigned i = 0; i < image.header->e_phnum; i++, segment++) {
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0)
            image.code = segment;
        else
            image.data = image.data != NULL && image.data->p_type == PT_LOAD ? image.data : segment;
    }
    image.data->p_vaddr = BOOT_USER_BASE + BOOT_USER_CODE; /* hello has no data: so its segment is anywhere */
    spoil(&image);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL && fwrite(image.bytes, 1, image.size, file) == image.size && fclose(file) == 0);
    free(image.bytes);
}

Test(files, that_are_no_guests_are_refused)
{
    static const struct {
        void (*spoil)(struct image *);
        const char *part;
    } bad[] = {
        {script, "not an ELF file"},
        {no_bytes, "not an ELF file"},
        {cut_in_the_header, "not an ELF file"},
        {cut_in_the_segments, "the file is cut short"},
        {cut_in_the_code, "the file is cut short"},
        {other_cpu, "not made for this CPU"},
        {half_as_wide, "not made for this CPU"},
        {wrong_end_first, "not made for this CPU"},
        {library, "not a static executable"},
        {interpreted, "dynamically linked"},
        {no_segments, "its entry point is not in its code"},
        {endless_segments, "not a static executable"},
        {segments_far_away, "the file is cut short"},
        {entry_in_data, "its entry point is not in its code"},
        {entry_behind_code, "its entry point is not in its code"},
        {overlapping, "its segments overlap"},
        {writable_code, "a segment is writable and executable"},
        {writable_where_code_is, "a segment lies outside of a guest's memory"},
        {huge_bss, "a segment lies outside of a guest's memory"},
        {bss_round_the_address_space, "a segment is larger"},
        {more_in_file_than_in_memory, "a segment is larger"},
    };
    char variable[4200], expected[200];
    snprintf(variable, sizeof variable, "LDE_GUESTS=%s", check_scratch());
    const char *const environment[] = {variable, NULL};
    mkdir(check_path("tickos"), 0777);
    for (size_t i = 0; i < 2 * sizeof bad / sizeof *bad; i++) {
        const bool vm = i % 2 == 1;
        const char *const argv[] = {check_built("lde"), "run", vm ? "--vm=tickos:spoiled" : "spoiled", NULL};
        struct run_result result;
        write_spoiled(check_path("tickos/spoiled"), bad[i / 2].spoil);
        snprintf(expected, sizeof expected, "cannot load guest 'spoiled': %s", bad[i / 2].part);
        cr_assert_eq(run_command(&(struct run_options){.argv = argv, .environment = environment}, &result), 0);
        const char *wrong = check_refusal(&result, 2, "lde: ", expected);
        cr_expect_null(wrong, "%s: %s", expected, wrong);
        run_free(&result);
    }
}

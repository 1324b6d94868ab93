#!/bin/sh
# Writes one line SYSCALL(number, "name") for each system call that a kernel header defines; none if they are another
# CPU's.  That happens: some systems name their own CPU's header as x86-64 names its own.
# usage: CC=gcc sh tracer/syscalls/table.sh HEADER    where HEADER says in TABLE_READ which number its CPU's read has
set -eu
header=$1
# First the names; then the compiler works out the numbers, some of which are defined by way of others.
names=$(${CC:-gcc} -E -dM "$header" | awk '$2 ~ /^__NR_[a-z]/ { print substr($2, 6) }' | sort)
{
    echo "#include \"$header\""
    echo "READ TABLE_READ"
    for name in $names; do
        echo "SYSCALL \"$name\" __NR_$name"
    done
} | ${CC:-gcc} -E -P -I. -x c - | awk '
    $1 == "READ" { expected = $2 }
    $1 == "SYSCALL" && $3 ~ /^[0-9]+$/ && $2 !~ /^"(syscalls|arch_specific_syscall)"$/ && NF == 3 {
        rows = rows sprintf("SYSCALL(%s, %s)\n", $3, $2)
        if ($2 == "\"read\"")
            found = $3
    }
    END {
        if (rows != "" && found == expected)
            print substr(rows, 1, length(rows) - 1)
        else
            printf "/* This system has no header of this CPU: read is %s there, not %s. */\n", found == "" ? "nothing" : found, expected
    }'

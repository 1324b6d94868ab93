#!/bin/sh
# Writes one line SYSCALL(number, "name") for each system call that a kernel header defines.
# usage: CC=gcc sh tracer/syscalls/table.sh HEADER
set -eu
header=$1
# First the names; then the compiler works out the numbers, some of which are defined by way of others.
names=$(${CC:-gcc} -E -dM "$header" | awk '$2 ~ /^__NR_[a-z]/ { print substr($2, 6) }' | sort)
{
    echo "#include \"$header\""
    for name in $names; do
        echo "SYSCALL \"$name\" __NR_$name"
    done
} | ${CC:-gcc} -E -P -I. -x c - | awk '
    $1 == "SYSCALL" && $3 ~ /^[0-9]+$/ && $2 !~ /^"(syscalls|arch_specific_syscall)"$/ && NF == 3 {
        printf "SYSCALL(%s, %s)\n", $3, $2
    }'

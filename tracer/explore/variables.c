/* Which variable, and which part of it, lies at an address: `counts[4]`, `queue.lock`, from the program's debugging
 * information.  Only variables with a fixed address, globals and statics; and, by its size, what is in memory from
 * malloc.
 */
#include "tracer/explore/variables.h"

#include <dwarf.h>
#include <stdio.h>
#include <string.h>

static void append(char *text, size_t size, const char *format, const char *name, unsigned long number)
{
    size_t used = strlen(text);
    if (name)
        snprintf(text + used, size - used, format, name);
    else
        snprintf(text + used, size - used, format, number);
}

/* Types whose inside is nobody's business. */
static bool is_opaque(Dwarf_Die *type)
{
    const char *name = dwarf_diename(type);
    return name && (strncmp(name, "pthread_", 8) == 0 || strcmp(name, "sem_t") == 0);
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), type) != NULL;
}

/* One step into the type: the element or member that holds `*offset`.  False: there is nothing more to say. */
static bool step_into(Dwarf_Die *type, Dwarf_Word *offset, char *text, size_t size)
{
    Dwarf_Die part;
    Dwarf_Word length;
    if (dwarf_tag(type) == DW_TAG_array_type) {
        Dwarf_Die bound, second;
        if (!type_of(type, &part) || dwarf_aggregate_size(&part, &length) != 0 || length == 0 ||
            dwarf_child(type, &bound) != 0 || dwarf_siblingof(&bound, &second) == 0)
            return false; /* more than one dimension: the offset says it as well */
        append(text, size, "[%lu]", NULL, *offset / length);
        *offset %= length;
        *type = part;
        return true;
    }
    if (dwarf_tag(type) != DW_TAG_structure_type || dwarf_child(type, &part) != 0)
        return false;
    do {
        Dwarf_Attribute attribute;
        Dwarf_Word start = 0;
        Dwarf_Die inside;
        const char *name = dwarf_diename(&part);
        dwarf_formudata(dwarf_attr(&part, DW_AT_data_member_location, &attribute), &start);
        if (!type_of(&part, &inside) || !name || *offset < start)
            continue;
        if (dwarf_aggregate_size(&inside, &length) != 0) /* no bound: it goes on to the end */
            length = UINT64_MAX - start;
        if (*offset - start >= length)
            continue;
        append(text, size, ".%s", name, 0);
        *offset -= start;
        *type = inside;
        return true;
    } while (dwarf_siblingof(&part, &part) == 0);
    return false;
}

static void describe(const char *name, Dwarf_Die type, Dwarf_Word offset, char *text, size_t size)
{
    snprintf(text, size, "%s", name);
    while (!is_opaque(&type)) {
        Dwarf_Die peeled;
        int tag = dwarf_tag(&type);
        if (tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
            tag == DW_TAG_atomic_type) {
            if (!type_of(&type, &peeled))
                break;
            type = peeled;
        } else if (!step_into(&type, &offset, text, size)) {
            break;
        }
    }
    if (offset)
        append(text, size, "+%lu", NULL, offset);
}

/* Does the variable lie at a fixed address, and does it hold this one? */
static bool holds(Dwarf_Die *variable, Dwarf_Addr address, Dwarf_Word *offset)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *operation;
    Dwarf_Die type;
    Dwarf_Word length;
    size_t count;
    if (dwarf_tag(variable) != DW_TAG_variable || !dwarf_diename(variable) ||
        dwarf_getlocation(dwarf_attr(variable, DW_AT_location, &attribute), &operation, &count) != 0 || count != 1 ||
        operation->atom != DW_OP_addr || !type_of(variable, &type) || dwarf_aggregate_size(&type, &length) != 0)
        return false;
    *offset = address - operation->number;
    return address >= operation->number && *offset < length;
}

static bool search(Dwarf_Die *parent, Dwarf_Addr address, char *text, size_t size)
{
    Dwarf_Die die;
    if (dwarf_child(parent, &die) != 0)
        return false;
    do {
        Dwarf_Word offset;
        Dwarf_Die type;
        if (holds(&die, address, &offset) && type_of(&die, &type)) {
            describe(dwarf_diename(&die), type, offset, text, size);
            return true;
        }
        if ((dwarf_tag(&die) == DW_TAG_subprogram || dwarf_tag(&die) == DW_TAG_lexical_block) &&
            search(&die, address, text, size))
            return true;
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

bool variable_at(Dwfl *dwfl, uint64_t address, char *text, size_t size)
{
    Dwarf_Addr bias;
    for (Dwarf_Die *unit = NULL; (unit = dwfl_nextcu(dwfl, unit, &bias));)
        if (search(unit, address - bias, text, size))
            return true;
    return false;
}

/* How long the elements are of the array without a bound that a struct ends with; 0 if it ends otherwise. */
static Dwarf_Word open_end(Dwarf_Die *structure)
{
    Dwarf_Die member, last, array, element;
    Dwarf_Word length;
    bool any = false;
    if (dwarf_child(structure, &member) != 0)
        return 0;
    do {
        last = member;
        any |= dwarf_tag(&member) == DW_TAG_member;
    } while (dwarf_siblingof(&member, &member) == 0);
    if (!any || !type_of(&last, &array) || dwarf_tag(&array) != DW_TAG_array_type ||
        dwarf_aggregate_size(&array, &length) == 0 || !type_of(&array, &element) ||
        dwarf_aggregate_size(&element, &length) != 0)
        return 0;
    return length;
}

/* Could a block of this size be one of these? */
static bool fits(Dwarf_Die *structure, uint64_t size)
{
    Dwarf_Word length, element;
    if (dwarf_aggregate_size(structure, &length) != 0 || length > size)
        return false;
    return length == size || ((element = open_end(structure)) != 0 && (size - length) % element == 0);
}

/* The struct of this size among what the unit declares.  True: nothing speaks against `found`, which may still be none.
 */
static bool find_struct(Dwarf_Die *unit, uint64_t size, Dwarf_Die *found, const char **name)
{
    Dwarf_Die die;
    if (dwarf_child(unit, &die) != 0)
        return true;
    do {
        const char *this_name = dwarf_tag(&die) == DW_TAG_structure_type ? dwarf_diename(&die) : NULL;
        if (!this_name || *this_name == '_' || !fits(&die, size))
            continue;
        if (*name && strcmp(*name, this_name) != 0)
            return false;
        *name = this_name;
        *found = die;
    } while (dwarf_siblingof(&die, &die) == 0);
    return true;
}

bool variable_in_block(Dwfl *dwfl, uint64_t size, uint64_t offset, char *text, size_t length)
{
    Dwarf_Addr bias;
    Dwarf_Die type;
    const char *name = NULL;
    for (Dwarf_Die *unit = NULL; (unit = dwfl_nextcu(dwfl, unit, &bias));) {
        const char *source = dwarf_diename(unit);
        bool ours = source && strstr(source, "tracer/explore/runtime/");
        if (!ours && !find_struct(unit, size, &type, &name))
            return false;
    }
    if (!name || offset >= size)
        return false;
    describe(name, type, offset, text, length);
    return true;
}

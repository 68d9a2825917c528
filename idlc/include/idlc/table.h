/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Type tables in memory: a schema read at run time, ready for oxdr_put_value,
 * oxdr_get_value, text and JSON, without generated code.
 *
 * Values have the layout that the C compiler gives to what idlc generates
 * (native dialect), so tables made here and generated ones are
 * interchangeable.
 */
#ifndef IDLC_TABLE_H
#define IDLC_TABLE_H

#include <idlc/idl.h>
#include <oxdr/type.h>

#ifdef __cplusplus
extern "C" {
#endif

struct idlc_tables;

/*
 * Makes the tables of every type of a schema.
 *
 * schema   borrowed as long as the tables live; its defs' `user` is theirs
 * out      to be freed by idlc_tables_free
 *
 * Returns 0 or -OXDR_E_NOMEM.  Threads: tables may be read from any.
 */
int idlc_tables_new(const struct idlc_schema *schema,
    struct idlc_tables **out);

/* NULL is taken. */
void idlc_tables_free(struct idlc_tables *tables);

/* The table of a type by its name in the schema; NULL: there is none. */
const struct oxdr_type *idlc_tables_find(const struct idlc_tables *tables,
    const char *name);

/*
 * What a procedure takes: its argument, or a struct of several, whose
 * unnamed members are arg1, arg2...  NULL and 0 for void.
 *
 * Returns 0 or -OXDR_E_NOMEM.  The table lives as long as the tables.
 */
int idlc_tables_argument(struct idlc_tables *tables,
    const struct idlc_procedure *proc, const struct oxdr_type **out);

/* What it returns; likewise. */
int idlc_tables_result(struct idlc_tables *tables,
    const struct idlc_procedure *proc, const struct oxdr_type **out);

#ifdef __cplusplus
}
#endif

#endif

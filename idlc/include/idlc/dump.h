/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A schema and the tokens of a file as JSON: the way in for other generators,
 * and what tests compare.  idl(5) describes the documents.
 */
#ifndef IDLC_DUMP_H
#define IDLC_DUMP_H

#include <stddef.h>

#include <idlc/idl.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Takes n bytes of output; non-zero stops and is returned by the caller. */
typedef int idlc_write_fn(void *ctx, const char *text, size_t n);

/* The schema as indented JSON, ended by a line end.  Returns 0 or what write
 * returned. */
int idlc_dump_schema(const struct idlc_schema *schema, idlc_write_fn *write,
    void *ctx);

/*
 * The tokens of a file after preprocessing, one a line: FILE:LINE:COLUMN, a
 * tab, the kind (keyword, name, number, string, character, operator, mark), a
 * tab, the text.  %-lines and comments are no tokens.
 *
 * path, options   as for idlc_schema_load(); findings go to on_finding
 *
 * Returns 0; what write returned; or as idlc_schema_load().
 */
int idlc_dump_tokens(const char *path, const struct idlc_options *options,
    idlc_write_fn *write, void *ctx);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scalars, enums, strings and opaques out of JSON.
 */
#ifndef OXDR_JSON_LEAF_H
#define OXDR_JSON_LEAF_H

#include "xdr/interp.h"
#include "xdr/json_lex.h"

/* Reads a value of a type that has no parts. */
int json_get_leaf(struct json_in *in, const struct oxdr_type *type, void *out);

/* Fails: what was expected, and what is there instead. */
int json_unexpected(struct json_in *in, const struct oxdr_type *type);

#endif

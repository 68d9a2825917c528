/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walks a value for those who print it: what text.c and json_put.c have in
 * common, told as a row of events.
 */
#ifndef OXDR_VISIT_H
#define OXDR_VISIT_H

#include "xdr/interp.h"

/*
 * What a printer is told.  Each returns 0, or a result that ends the walk
 * and becomes its own.
 *
 * open, close   around the parts of a struct, union or array; bracket is '{'
 *               or '['
 * part          before each part: a member or arm with its name, or an
 *               element (name NULL)
 * leaf          a scalar, enum, string or opaque
 * null          an optional that is not there, a void
 * secret        stands for a whole value that is not to be shown
 */
struct visitor {
	int (*open)(void *ctx, char bracket);
	int (*close)(void *ctx, char bracket);
	int (*part)(void *ctx, const char *name);
	int (*leaf)(void *ctx, const struct oxdr_type *type,
	    const void *value);
	int (*null)(void *ctx);
	int (*secret)(void *ctx);
	uint32_t flags;
};

/* visitor.flags */
#define VISIT_SECRETS 1u	/* show secrets */
#define VISIT_NESTED 2u		/* lists as nested structs, not as arrays */
#define VISIT_SOME 4u		/* {"$some": v} where a null would be unclear */

/*
 * Walks the value.  Returns 0, what a slot returned, or -OXDR_E_... for a
 * value that can't be walked: _NULL, _UNION, _DEPTH, _INVAL.
 */
int oxdr_i_visit(const struct visitor *v, void *ctx,
    const struct oxdr_type *type, const void *value);

/* Is a pointer to this type a list: a struct that ends in an optional of
 * itself?  Returns its last member, or NULL. */
const struct oxdr_member *oxdr_i_list_next(const struct oxdr_type *type);

/* Can a value of the type itself be shown as null? */
int oxdr_i_nullable(const struct oxdr_type *type, uint32_t visit_flags);

/* The name of a union's arm as a key beside the discriminant's: "_" is
 * appended where they are the same.  buf is used then; a name that does not
 * fit is cut. */
const char *oxdr_i_arm_key(const struct oxdr_type *type,
    const struct oxdr_arm *arm, char *buf, size_t n);

#endif

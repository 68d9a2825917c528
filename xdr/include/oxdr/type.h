/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Type tables: a schema as const data, and what can be done with any value
 * by its table: encode, decode, size, compare, copy, print.
 *
 * idlc emits `extern const struct oxdr_type T_xdr_type` for each type T.  The
 * table carries C width and offset of every member, so it describes values of
 * either dialect (a bool of 1 or 4 bytes, a long of 4 or 8).
 */
#ifndef OXDR_TYPE_H
#define OXDR_TYPE_H

#include <stddef.h>
#include <stdint.h>

#include <oxdr/error.h>
#include <oxdr/mem.h>
#include <oxdr/reader.h>
#include <oxdr/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

struct oxdr_type;

/*
 * What a type is.  Scalars: the wire form; `size` tells the C width (1, 2, 4
 * or 8 bytes), a value out of range is -OXDR_E_RANGE.
 */
enum oxdr_kind {
	OXDR_VOID = 0,
	OXDR_INT = 1,		/* 4.1, also char and short */
	OXDR_UINT = 2,		/* 4.2, also unsigned char and short */
	OXDR_HYPER = 3,		/* 4.5 */
	OXDR_UHYPER = 4,
	OXDR_FLOAT = 5,		/* 4.6 */
	OXDR_DOUBLE = 6,	/* 4.7 */
	OXDR_QUADRUPLE = 7,	/* 4.8: struct oxdr_quad */
	OXDR_BOOL = 8,		/* 4.4 */
	OXDR_ENUM = 9,		/* 4.3: `values` */
	OXDR_OPAQUE = 10,	/* 4.9: `count` bytes */
	OXDR_OPAQUE_VAR = 11,	/* 4.10: { uint32_t len; char *val }, `max` */
	OXDR_STRING = 12,	/* 4.11: char *, `max` */
	OXDR_ARRAY = 13,	/* 4.12: `count` of `elem` */
	OXDR_ARRAY_VAR = 14,	/* 4.13: { uint32_t len; T *val }, `max` */
	OXDR_STRUCT = 15,	/* 4.14: `members` */
	OXDR_UNION = 16,	/* 4.15: `disc`, `arms` */
	OXDR_OPTIONAL = 17,	/* 4.19: T *, `elem` */
	OXDR_ALIAS = 18		/* 4.18: typedef of `elem` */
};

/* type.flags, member.flags */
#define OXDR_TYPE_OPEN 1u	/* enum: undeclared values pass */
#define OXDR_TYPE_SECRET 2u	/* never shown, wiped; holds or is a secret */
#define OXDR_TYPE_RECURSIVE 4u	/* may contain itself: depth is counted */
#define OXDR_TYPE_LIST 8u	/* struct whose last member is an optional of
				   itself: walked in a loop */
#define OXDR_TYPE_FLAT 16u	/* owns no memory outside its own bytes */
#define OXDR_TYPE_DEPRECATED 32u

/* A name and its value; enums list them in declaration order. */
struct oxdr_enumerator {
	const char *name;	/* as spelled in the .x file */
	int32_t value;
};

struct oxdr_member {
	const char *name;	/* as spelled in the .x file */
	const struct oxdr_type *type;
	uint32_t offset;	/* in the struct's C layout, bytes */
	uint32_t flags;		/* OXDR_TYPE_SECRET, _DEPRECATED */
};

/* One case of a union; `type` NULL for void. */
struct oxdr_arm {
	const char *name;	/* NULL for void */
	const struct oxdr_type *type;
	int64_t value;		/* of the discriminant, sign as its type */
	uint32_t offset;	/* of the arm in the union's C struct */
	uint32_t flags;
};

/*
 * A type.  Members that a kind does not use are zero.
 *
 * A variable array or opaque is in C { uint32_t len; T *val; }: len at offset
 * 0, val at OXDR_VAL_OFFSET.
 */
struct oxdr_type {
	const char *name;		/* as spelled; NULL if anonymous */
	uint8_t kind;			/* enum oxdr_kind */
	uint8_t align;			/* alignment in C */
	uint16_t flags;
	uint32_t size;			/* sizeof in C */
	uint32_t count;			/* OPAQUE, ARRAY: elements */
	uint32_t max;			/* _VAR, STRING: bound; UINT32_MAX: none */
	uint32_t n;			/* entries of values, members or arms */
	const struct oxdr_type *elem;	/* ARRAY*, OPTIONAL, ALIAS; UNION: type
					   of the discriminant */
	const struct oxdr_enumerator *values;	/* ENUM */
	const struct oxdr_member *members;	/* STRUCT; UNION: one entry, the
						   discriminant */
	const struct oxdr_arm *arms;		/* UNION: sorted by value */
	const struct oxdr_arm *other;		/* UNION: default, or NULL */
	uint64_t wire_min;		/* encoded bytes, least */
	uint64_t wire_max;		/* most; OXDR_UNBOUNDED */
	uint32_t ratio;			/* memory that decoding takes outside
					   `size`, per byte of the message, at
					   most; 0: none, or not known */
};

#define OXDR_VAL_OFFSET offsetof(struct oxdr_var, val)
struct oxdr_var {
	uint32_t len;
	void *val;
};

/* Types that no schema defines, in the C types of the native dialect: bool of
 * one byte, an unbounded string. */
extern const struct oxdr_type oxdr_type_void, oxdr_type_int8, oxdr_type_uint8,
    oxdr_type_int16, oxdr_type_uint16, oxdr_type_int32, oxdr_type_uint32,
    oxdr_type_int64, oxdr_type_uint64, oxdr_type_float, oxdr_type_double,
    oxdr_type_quad, oxdr_type_bool, oxdr_type_string;

/* Typed access for tables: a generated function pair as stored in
 * descriptors.  The value is the address of a T (or of the first element of
 * a fixed array). */
typedef int oxdr_put_fn(struct oxdr_writer *w, const void *value);
typedef int oxdr_get_fn(struct oxdr_reader *r, struct oxdr_arena *arena,
    void *out);

/*
 * Encodes a value by its table: the same checks and bytes as T_xdr_put.
 * Returns 0 or the writer's error (-OXDR_E_...).
 */
int oxdr_put_value(struct oxdr_writer *w, const struct oxdr_type *type,
    const void *value);

/*
 * Decodes a value by its table: the same checks as T_xdr_get, the same limit
 * on memory, the bytes left times type->ratio (oxdr/reader.h).
 *
 * out   type->size bytes; unspecified on failure, owns nothing
 */
int oxdr_get_value(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *type, void *out);

/* Exact encoded bytes; SIZE_MAX for a value that can't be encoded. */
size_t oxdr_value_size(const struct oxdr_type *type, const void *value);

/*
 * Deep comparison: 1 when equal, 0 when not.  Floating values compare by
 * their bits, so that a decoded copy is equal.  For values that can't be
 * walked: -OXDR_E_NULL (a count but no elements), _UNION, _DEPTH (too deep,
 * or a list that ends in itself).
 */
int oxdr_value_equal(const struct oxdr_type *type, const void *a,
    const void *b);

/*
 * Deep copy into the arena; out_copy takes type->size bytes.
 *
 * Returns 0, -OXDR_E_NOMEM, _LIMIT (of the arena), or as oxdr_value_equal for
 * a value that can't be walked; then out_copy is unspecified and owns nothing.
 */
int oxdr_value_copy(struct oxdr_arena *arena, const struct oxdr_type *type,
    const void *value, void *out_copy);

/* The name of an enum's value (first declared), or NULL. */
const char *oxdr_enum_name(const struct oxdr_type *type, int32_t value);

/* 0 and *out_value written, or -OXDR_E_ENUM. */
int oxdr_enum_value(const struct oxdr_type *type, const char *name,
    int32_t *out_value);

/* 1 if the enum declares the value. */
int oxdr_enum_has(const struct oxdr_type *type, int32_t value);

#ifdef __cplusplus
}
#endif

#endif

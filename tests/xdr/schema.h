/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Types for the tests of the codec, with tables as idlc would emit them, but
 * written by hand: these tests stand below the compiler.
 *
 *	enum color { RED = 0, GREEN = 1, BLUE = 5, AZURE = 5 };
 *	struct all {
 *		int i; unsigned u; hyper h; unsigned hyper uh; float f;
 *		double d; quadruple q; bool b; color c; opaque fix[5];
 *		opaque var<8>; string s<10>; int ints[3]; hyper hypers<4>;
 *		color colors<>; int *opt;
 *	};
 *	union pick switch (color c) {
 *	case RED: void; case GREEN: string s<>; case BLUE: all *a;
 *	};
 *	union maybe switch (int n) {
 *	case -1: int i; case 7: hyper h; default: opaque o<>; };
 *	struct node { int v; node *next; };
 *	struct chain { string s<>; chain_rest rest; };
 *	union chain_rest switch (bool more) {
 *	case TRUE: chain *next; case FALSE: void; };
 *	struct tree { int v; tree kids<>; };
 *	struct left { int v; right *r; };
 *	struct right { int v; left *l; };
 *	struct login { string user<>; (secret) string password<>; int n; };
 *	struct classic { char c; short s; long l; unsigned long ul; bool b; };
 */
#ifndef ORPC_TESTS_XDR_SCHEMA_H
#define ORPC_TESTS_XDR_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include <oxdr/type.h>

enum color { RED = 0, GREEN = 1, BLUE = 5, AZURE = 5 };

struct all {
	int32_t i;
	uint32_t u;
	int64_t h;
	uint64_t uh;
	float f;
	double d;
	struct oxdr_quad q;
	bool b;
	enum color c;
	char fix[5];
	struct {
		uint32_t var_len;
		char *var_val;
	} var;
	char *s;
	int32_t ints[3];
	struct {
		uint32_t hypers_len;
		int64_t *hypers_val;
	} hypers;
	struct {
		uint32_t colors_len;
		enum color *colors_val;
	} colors;
	int32_t *opt;
};

struct pick {
	enum color c;
	union {
		char *s;
		struct all *a;
	} pick_u;
};

struct maybe {
	int32_t n;
	union {
		int32_t i;
		int64_t h;
		struct {
			uint32_t o_len;
			char *o_val;
		} o;
	} maybe_u;
};

struct node {
	int32_t v;
	struct node *next;
};

struct chain_rest {
	bool more;
	union {
		struct chain *next;
	} chain_rest_u;
};

struct chain {
	char *s;
	struct chain_rest rest;
};

struct tree {
	int32_t v;
	struct {
		uint32_t kids_len;
		struct tree *kids_val;
	} kids;
};

struct left {
	int32_t v;
	struct right *r;
};

struct right {
	int32_t v;
	struct left *l;
};

struct login {
	char *user;
	char *password;
	int32_t n;
};

/* As rpcgen's C has it: a long of 8 bytes for 4 on the wire. */
struct classic {
	char c;
	short s;
	long l;
	unsigned long ul;
	int32_t b;
};

extern const struct oxdr_type t_color, t_open_color, t_opaque, t_string4,
    t_ints, t_empties, t_all, t_pick, t_maybe, t_node, t_node_ptr, t_chain,
    t_tree, t_left, t_right, t_login, t_classic;

/* A value of struct all with something in each member; static memory. */
extern const struct all all_value;
/* What it is on the wire, in hexadecimal. */
extern const char all_wire[];

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tables of schema.h, and a value with its bytes.
 */
#include "tests/xdr/schema.h"

#include "xdr/base.h"

#define SCALAR(kind_, ctype, wire) { \
	.kind = kind_, .size = sizeof(ctype), .align = _Alignof(ctype), \
	.flags = OXDR_TYPE_FLAT, .wire_min = wire, .wire_max = wire }
#define SHAPE(ctype) .size = sizeof(ctype), .align = _Alignof(ctype)
#define WIRE(least, most) .wire_min = least, .wire_max = most
#define ENTRIES(what) .n = ARRAY_LEN(what)
#define COUNTED(elem_, max_) { .kind = OXDR_ARRAY_VAR, \
	SHAPE(struct oxdr_var), .elem = &elem_, .max = max_, \
	WIRE(4, OXDR_UNBOUNDED) }
#define OPTIONAL(elem_, more_flags) { .kind = OXDR_OPTIONAL, SHAPE(void *), \
	.elem = &elem_, .flags = more_flags, WIRE(4, OXDR_UNBOUNDED) }
#define REC OXDR_TYPE_RECURSIVE

static const struct oxdr_enumerator color_values[] = {
	{ "RED", 0 }, { "GREEN", 1 }, { "BLUE", 5 }, { "AZURE", 5 },
};
const struct oxdr_type t_color = {
	.name = "color", .kind = OXDR_ENUM, SHAPE(enum color),
	.flags = OXDR_TYPE_FLAT, ENTRIES(color_values),
	.values = color_values, WIRE(4, 4),
};
const struct oxdr_type t_open_color = {
	.name = "open_color", .kind = OXDR_ENUM, SHAPE(enum color),
	.flags = OXDR_TYPE_FLAT | OXDR_TYPE_OPEN, ENTRIES(color_values),
	.values = color_values, WIRE(4, 4),
};

const struct oxdr_type t_string4 = { .kind = OXDR_STRING, SHAPE(char *),
	.max = 4, WIRE(4, 8) };
const struct oxdr_type t_opaque = { .kind = OXDR_OPAQUE_VAR,
	SHAPE(struct oxdr_var), .max = UINT32_MAX, WIRE(4, OXDR_UNBOUNDED) };
const struct oxdr_type t_ints = COUNTED(oxdr_type_int32, UINT32_MAX);
/* Elements that take nothing on the wire. */
static const struct oxdr_type t_empty = { .kind = OXDR_OPAQUE, .size = 0,
	.align = 1, .flags = OXDR_TYPE_FLAT };
const struct oxdr_type t_empties = COUNTED(t_empty, UINT32_MAX);

static const struct oxdr_type t_fix5 = { .kind = OXDR_OPAQUE, SHAPE(char[5]),
	.flags = OXDR_TYPE_FLAT, .count = 5, WIRE(8, 8) };
static const struct oxdr_type t_var8 = { .kind = OXDR_OPAQUE_VAR,
	SHAPE(struct oxdr_var), .max = 8, WIRE(4, 12) };
static const struct oxdr_type t_string10 = { .kind = OXDR_STRING,
	SHAPE(char *), .max = 10, WIRE(4, 16) };
static const struct oxdr_type t_name = { .name = "name", .kind = OXDR_ALIAS,
	SHAPE(char *), .elem = &t_string10, WIRE(4, 16) };
static const struct oxdr_type t_int3 = { .kind = OXDR_ARRAY,
	SHAPE(int32_t[3]), .flags = OXDR_TYPE_FLAT, .count = 3,
	.elem = &oxdr_type_int32, WIRE(12, 12) };
static const struct oxdr_type t_hypers = COUNTED(oxdr_type_int64, 4);
static const struct oxdr_type t_colors = COUNTED(t_color, UINT32_MAX);
static const struct oxdr_type t_int_ptr = OPTIONAL(oxdr_type_int32, 0);

#define MEMBER(m, t) \
	{ .name = #m, .type = &t, .offset = offsetof(struct all, m) }
static const struct oxdr_member all_members[] = {
	MEMBER(i, oxdr_type_int32), MEMBER(u, oxdr_type_uint32),
	MEMBER(h, oxdr_type_int64), MEMBER(uh, oxdr_type_uint64),
	MEMBER(f, oxdr_type_float), MEMBER(d, oxdr_type_double),
	MEMBER(q, oxdr_type_quad), MEMBER(b, oxdr_type_bool),
	MEMBER(c, t_color), MEMBER(fix, t_fix5), MEMBER(var, t_var8),
	MEMBER(s, t_name), MEMBER(ints, t_int3), MEMBER(hypers, t_hypers),
	MEMBER(colors, t_colors), MEMBER(opt, t_int_ptr),
};
#undef MEMBER
const struct oxdr_type t_all = {
	.name = "all", .kind = OXDR_STRUCT, SHAPE(struct all),
	ENTRIES(all_members), .members = all_members,
	WIRE(100, OXDR_UNBOUNDED),
};

static const struct oxdr_type t_all_ptr = OPTIONAL(t_all, 0);
static const struct oxdr_member pick_disc[] = {
	{ "c", &t_color, offsetof(struct pick, c), 0 },
};
static const struct oxdr_arm pick_arms[] = {
	{ .value = RED },
	{ .name = "s", .type = &oxdr_type_string, .value = GREEN,
	    .offset = offsetof(struct pick, pick_u.s) },
	{ .name = "a", .type = &t_all_ptr, .value = BLUE,
	    .offset = offsetof(struct pick, pick_u.a) },
};
const struct oxdr_type t_pick = {
	.name = "pick", .kind = OXDR_UNION, SHAPE(struct pick),
	ENTRIES(pick_arms), .elem = &t_color, .members = pick_disc,
	.arms = pick_arms, WIRE(4, OXDR_UNBOUNDED),
};

static const struct oxdr_member maybe_disc[] = {
	{ "n", &oxdr_type_int32, offsetof(struct maybe, n), 0 },
};
static const struct oxdr_arm maybe_arms[] = {
	{ .name = "i", .type = &oxdr_type_int32, .value = -1,
	    .offset = offsetof(struct maybe, maybe_u.i) },
	{ .name = "h", .type = &oxdr_type_int64, .value = 7,
	    .offset = offsetof(struct maybe, maybe_u.h) },
};
static const struct oxdr_arm maybe_other = {
	.name = "o", .type = &t_opaque,
	.offset = offsetof(struct maybe, maybe_u.o),
};
const struct oxdr_type t_maybe = {
	.name = "maybe", .kind = OXDR_UNION, SHAPE(struct maybe),
	ENTRIES(maybe_arms), .elem = &oxdr_type_int32, .members = maybe_disc,
	.arms = maybe_arms, .other = &maybe_other, WIRE(8, OXDR_UNBOUNDED),
};

static const struct oxdr_member node_members[] = {
	{ "v", &oxdr_type_int32, offsetof(struct node, v), 0 },
	{ "next", &t_node_ptr, offsetof(struct node, next), 0 },
};
const struct oxdr_type t_node = {
	.name = "node", .kind = OXDR_STRUCT, SHAPE(struct node),
	.flags = REC | OXDR_TYPE_LIST, ENTRIES(node_members),
	.members = node_members, WIRE(8, OXDR_UNBOUNDED),
};
const struct oxdr_type t_node_ptr = OPTIONAL(t_node, REC);

static const struct oxdr_type t_chain_ptr = OPTIONAL(t_chain, REC);
static const struct oxdr_member rest_disc[] = {
	{ "more", &oxdr_type_bool, offsetof(struct chain_rest, more), 0 },
};
static const struct oxdr_arm rest_arms[] = {
	{ .value = 0 },
	{ .name = "next", .type = &t_chain_ptr, .value = 1,
	    .offset = offsetof(struct chain_rest, chain_rest_u.next) },
};
static const struct oxdr_type t_chain_rest = {
	.name = "chain_rest", .kind = OXDR_UNION, SHAPE(struct chain_rest),
	.flags = REC, ENTRIES(rest_arms), .elem = &oxdr_type_bool,
	.members = rest_disc, .arms = rest_arms, WIRE(4, OXDR_UNBOUNDED),
};
static const struct oxdr_member chain_members[] = {
	{ "s", &oxdr_type_string, offsetof(struct chain, s), 0 },
	{ "rest", &t_chain_rest, offsetof(struct chain, rest), 0 },
};
const struct oxdr_type t_chain = {
	.name = "chain", .kind = OXDR_STRUCT, SHAPE(struct chain),
	.flags = REC | OXDR_TYPE_LIST, ENTRIES(chain_members),
	.members = chain_members, WIRE(8, OXDR_UNBOUNDED),
};

static const struct oxdr_type t_kids = { .kind = OXDR_ARRAY_VAR,
	SHAPE(struct oxdr_var), .flags = REC, .elem = &t_tree,
	.max = UINT32_MAX, WIRE(4, OXDR_UNBOUNDED) };
static const struct oxdr_member tree_members[] = {
	{ "v", &oxdr_type_int32, offsetof(struct tree, v), 0 },
	{ "kids", &t_kids, offsetof(struct tree, kids), 0 },
};
const struct oxdr_type t_tree = {
	.name = "tree", .kind = OXDR_STRUCT, SHAPE(struct tree), .flags = REC,
	ENTRIES(tree_members), .members = tree_members,
	WIRE(8, OXDR_UNBOUNDED),
};

static const struct oxdr_type t_left_ptr = OPTIONAL(t_left, REC);
static const struct oxdr_type t_right_ptr = OPTIONAL(t_right, REC);
static const struct oxdr_member left_members[] = {
	{ "v", &oxdr_type_int32, offsetof(struct left, v), 0 },
	{ "r", &t_right_ptr, offsetof(struct left, r), 0 },
};
static const struct oxdr_member right_members[] = {
	{ "v", &oxdr_type_int32, offsetof(struct right, v), 0 },
	{ "l", &t_left_ptr, offsetof(struct right, l), 0 },
};
const struct oxdr_type t_left = {
	.name = "left", .kind = OXDR_STRUCT, SHAPE(struct left), .flags = REC,
	ENTRIES(left_members), .members = left_members,
	WIRE(8, OXDR_UNBOUNDED),
};
const struct oxdr_type t_right = {
	.name = "right", .kind = OXDR_STRUCT, SHAPE(struct right),
	.flags = REC, ENTRIES(right_members), .members = right_members,
	WIRE(8, OXDR_UNBOUNDED),
};

static const struct oxdr_member login_members[] = {
	{ "user", &oxdr_type_string, offsetof(struct login, user), 0 },
	{ "password", &oxdr_type_string, offsetof(struct login, password),
	    OXDR_TYPE_SECRET },
	{ "n", &oxdr_type_int32, offsetof(struct login, n), 0 },
};
const struct oxdr_type t_login = {
	.name = "login", .kind = OXDR_STRUCT, SHAPE(struct login),
	.flags = OXDR_TYPE_SECRET, ENTRIES(login_members),
	.members = login_members, WIRE(12, OXDR_UNBOUNDED),
};

static const struct oxdr_type t_char = SCALAR(OXDR_INT, char, 4);
static const struct oxdr_type t_short = SCALAR(OXDR_INT, short, 4);
static const struct oxdr_type t_long = SCALAR(OXDR_INT, long, 4);
static const struct oxdr_type t_ulong = SCALAR(OXDR_UINT, unsigned long, 4);
static const struct oxdr_type t_bool_t = SCALAR(OXDR_BOOL, int32_t, 4);
static const struct oxdr_member classic_members[] = {
	{ "c", &t_char, offsetof(struct classic, c), 0 },
	{ "s", &t_short, offsetof(struct classic, s), 0 },
	{ "l", &t_long, offsetof(struct classic, l), 0 },
	{ "ul", &t_ulong, offsetof(struct classic, ul), 0 },
	{ "b", &t_bool_t, offsetof(struct classic, b), 0 },
};
const struct oxdr_type t_classic = {
	.name = "classic", .kind = OXDR_STRUCT, SHAPE(struct classic),
	.flags = OXDR_TYPE_FLAT, ENTRIES(classic_members),
	.members = classic_members, WIRE(20, 20),
};

static int64_t some_hypers[] = { 1, -2 };
static enum color some_colors[] = { BLUE, RED };
static int32_t some_int = 9;

const struct all all_value = {
	.i = -1, .u = 0x80000000u, .h = INT64_MIN, .uh = 0x0102030405060708u,
	.f = 1.5f, .d = -2.25, .q = { { 0x3f, 0xff, 1, 2 } }, .b = true,
	.c = GREEN, .fix = { 'a', 'b', 'c', 'd', 'e' },
	.var = { 3, (char[]){ 1, 2, 3 } }, .s = (char[]){ "hello" },
	.ints = { 1, 2, 3 }, .hypers = { 2, some_hypers },
	.colors = { 2, some_colors }, .opt = &some_int,
};

const char all_wire[] =
	"ffffffff 80000000 8000000000000000 0102030405060708 3fc00000 "
	"c002000000000000 3fff0102 00000000 00000000 00000000 00000001 "
	"00000001 61626364 65000000 00000003 01020300 00000005 68656c6c "
	"6f000000 00000001 00000002 00000003 00000002 0000000000000001 "
	"fffffffffffffffe 00000002 00000005 00000000 00000001 00000009";

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values out of JSON: whatever has parts.
 *
 * The type says what must come.  Nesting is limited by the text's brackets,
 * so recursion is; a list is an array of nodes and read in a loop.
 */
#include "xdr/json_leaf.h"
#include "xdr/visit.h"

static int get_value(struct json_in *in, const struct oxdr_type *type,
    void *out);

static void *
get_memory(struct json_in *in, size_t count, size_t size, size_t align,
    int *out_e)
{
	void *mem;

	if (size && count > SIZE_MAX / size) {
		*out_e = json_fail(in, OXDR_E_LIMIT, "too many elements");
		return NULL;
	}
	mem = oxdr_arena_take(in->arena, count * size, align);
	if (!mem)
		*out_e = json_fail(in,
		    -oxdr_arena_error(in->arena, count * size),
		    "no memory for the value");
	return mem;
}

static int
get_count_element(struct json_in *in)
{
	if (!in->elements_left)
		return json_fail(in, OXDR_E_LIMIT, "too many elements");
	in->elements_left--;
	return 0;
}

/* Reads a value one step down. */
static int
get_at(struct json_in *in, struct json_step *step,
    const struct oxdr_type *type, void *out)
{
	int e;

	step->up = in->path;
	in->path = step;
	e = get_value(in, type, out);
	in->path = step->up;
	return e;
}

static int
get_named(struct json_in *in, const char *name, const struct oxdr_type *type,
    void *out)
{
	struct json_step step = { .name = name, .n = strlen(name) };

	return get_at(in, &step, type, out);
}

/* ---- Members that are not there ------------------------------------------- */

/* Zeros that can be encoded: a string is "" and not NULL. */
static int
fill(struct json_in *in, const struct oxdr_type *type, char *out)
{
	const struct oxdr_arm *arm;
	char *empty;
	int e = 0;

	type = type_resolve(type);
	switch (type->kind) {
	case OXDR_STRING:
		empty = get_memory(in, 1, 1, 1, &e);
		if (e)
			return e;
		*empty = '\0';
		value_set_pointer(out, empty);
		return 0;
	case OXDR_STRUCT:
		for (uint32_t i = 0; i < type->n && !e; i++)
			e = fill(in, type->members[i].type,
			    out + type->members[i].offset);
		return e;
	case OXDR_ARRAY:
		for (uint32_t i = 0; i < type->count && !e; i++)
			e = fill(in, type->elem, out + i * type->elem->size);
		return e;
	case OXDR_UNION:
		memset(out, 0, type->size);
		arm = oxdr_i_arm(type, 0);
		return arm && arm->type ?
		    fill(in, arm->type, out + arm->offset) : 0;
	default:
		memset(out, 0, type->size);
		return 0;
	}
}

/* A member or arm that the text does not have. */
static int
get_missing(struct json_in *in, const char *name, const struct oxdr_type *type,
    char *out)
{
	uint8_t kind = type_resolve(type)->kind;

	if (kind == OXDR_OPTIONAL || kind == OXDR_VOID ||
	    in->flags & OXDR_JSON_DEFAULTS)
		return fill(in, type, out);
	return json_fail(in, OXDR_E_SYNTAX, "'%s' is missing", name);
}

static int
fail_key(struct json_in *in, const struct json_string *key, const char *what)
{
	int n = key->n < 60 ? (int)key->n : 60;

	return json_fail(in, OXDR_E_SYNTAX, "%s '%.*s'", what, n, key->raw);
}

/* ---- Structs ----------------------------------------------------------------- */

/* Which of the first n members have been read: a bit each. */
struct seen {
	uint64_t few[4];
	uint64_t *bits;
};

static int
seen_init(struct json_in *in, struct seen *seen, uint32_t n)
{
	size_t words = ((size_t)n + 63) / 64;
	int e = 0;

	memset(seen->few, 0, sizeof(seen->few));
	seen->bits = seen->few;
	if (words <= 4)
		return 0;
	seen->bits = get_memory(in, words, sizeof(uint64_t), 8, &e);
	if (!e)
		memset(seen->bits, 0, words * sizeof(uint64_t));
	return e;
}

/* Notes member i; 1 if it had been noted before. */
static int
seen_add(struct seen *seen, uint32_t i)
{
	uint64_t bit = UINT64_C(1) << i % 64;
	int before = (seen->bits[i / 64] & bit) != 0;

	seen->bits[i / 64] |= bit;
	return before;
}

/* The member that a key names: searched from `hint` on, as members mostly
 * come in order.  n: there is none. */
static uint32_t
find_member(const struct oxdr_type *type, uint32_t n, uint32_t hint,
    const struct json_string *key)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (hint + i) % n;

		if (json_key_is(key, type->members[at].name))
			return at;
	}
	return n;
}

/* Reads an object as the first n members of a struct. */
static int
get_members(struct json_in *in, const struct oxdr_type *type, uint32_t n,
    char *out)
{
	const struct oxdr_member *m = type->members;
	struct json_string key;
	struct seen seen;
	uint32_t i = 0;
	int first = 1;
	int e;

	if (json_peek(in) != '{')
		return json_unexpected(in, type);
	e = json_enter(in, '{');
	if (!e)
		e = seen_init(in, &seen, n);
	while (!e && (e = json_more(in, '{', &first)) == 1) {
		e = json_key(in, &key);
		if (e)
			return e;
		i = find_member(type, n, i, &key);
		if (i == n)
			return fail_key(in, &key, "no member is called");
		if (seen_add(&seen, i))
			return fail_key(in, &key, "there are two members");
		if (m[i].flags & OXDR_TYPE_SECRET)
			oxdr_arena_mark_secret(in->arena);
		e = get_named(in, m[i].name, m[i].type, out + m[i].offset);
		i = (i + 1) % n;
	}
	for (i = 0; i < n && !e; i++)
		if (!seen_add(&seen, i))
			e = get_missing(in, m[i].name, m[i].type,
			    out + m[i].offset);
	json_leave(in);
	return e;
}

/* ---- Unions ------------------------------------------------------------------ */

/* Finds the discriminant, which may stand behind its arm, and reads it;
 * in->at is where it was afterwards. */
static int
get_disc(struct json_in *in, const struct oxdr_type *type, char *out)
{
	const struct oxdr_member *disc = type->members;
	const char *start = in->at;
	struct json_string key;
	int first = 1;
	int e;

	while ((e = json_more(in, '{', &first)) == 1) {
		e = json_key(in, &key);
		if (e)
			return e;
		if (json_key_is(&key, disc->name)) {
			e = get_named(in, disc->name, type->elem,
			    out + disc->offset);
			in->at = start;
			return e;
		}
		e = json_skip(in);
		if (e)
			return e;
	}
	if (!e)
		e = get_missing(in, disc->name, type->elem, out + disc->offset);
	in->at = start;
	return e;
}

static int
get_union(struct json_in *in, const struct oxdr_type *type, char *out)
{
	const struct oxdr_arm *arm;
	const char *arm_key = NULL;
	struct json_string key;
	char buf[256];
	int has_disc = 0, has_arm = 0;
	int first = 1;
	int e;

	if (json_peek(in) != '{')
		return json_unexpected(in, type);
	e = json_enter(in, '{');
	if (!e)
		e = get_disc(in, type, out);
	if (e)
		return e;
	arm = oxdr_i_arm(type, oxdr_i_disc(type, out));
	if (!arm)
		return json_fail(in, OXDR_E_UNION,
		    "'%s' selects no arm", type->members[0].name);
	if (arm->type)
		arm_key = oxdr_i_arm_key(type, arm, buf, sizeof(buf));
	while ((e = json_more(in, '{', &first)) == 1) {
		e = json_key(in, &key);
		if (e)
			return e;
		if (json_key_is(&key, type->members[0].name) && !has_disc++)
			e = json_skip(in);
		else if (arm_key && json_key_is(&key, arm_key) && !has_arm++)
			e = get_named(in, arm_key, arm->type,
			    out + arm->offset);
		else
			e = fail_key(in, &key, "there can't be");
		if (e)
			return e;
	}
	if (!e && arm->type && !has_arm)
		e = get_missing(in, arm_key, arm->type, out + arm->offset);
	json_leave(in);
	return e;
}

/* ---- Arrays and lists ---------------------------------------------------------- */

/* Counts the elements of the array that is open; in->at stays. */
static int
count_elements(struct json_in *in, size_t *out_n)
{
	const char *start = in->at;
	int first = 1;
	size_t n = 0;
	int e;

	while ((e = json_more(in, '[', &first)) == 1) {
		n++;
		e = json_skip(in);
		if (e)
			return e;
	}
	in->at = start;
	*out_n = n;
	return e;
}

static int
get_elements(struct json_in *in, const struct oxdr_type *elem, char *out)
{
	struct json_step step = { .index = 0 };
	int first = 1;
	int e;

	while ((e = json_more(in, '[', &first)) == 1) {
		e = get_count_element(in);
		if (!e)
			e = get_at(in, &step, elem, out);
		if (e)
			return e;
		out += elem->size;
		step.index++;
	}
	json_leave(in);
	return e;
}

static int
get_array(struct json_in *in, const struct oxdr_type *type, void *out)
{
	int variable = type->kind == OXDR_ARRAY_VAR;
	const struct oxdr_type *elem = type->elem;
	void *val = out;
	size_t n = 0;
	int e;

	if (json_peek(in) != '[')
		return json_unexpected(in, type);
	e = json_enter(in, '[');
	if (!e)
		e = count_elements(in, &n);
	if (e)
		return e;
	if (variable ? n > type->max : n != type->count)
		return json_fail(in, OXDR_E_BOUND, "%zu elements, where %s%lu "
		    "may be", n, variable ? "at most " : "",
		    (unsigned long)(variable ? type->max : type->count));
	if (n > in->elements_left)
		return json_fail(in, OXDR_E_LIMIT, "too many elements");
	if (variable) {
		val = n ? get_memory(in, n, elem->size, elem->align, &e) : NULL;
		if (e)
			return e;
		value_set_var(out, (uint32_t)n, val);
	}
	return get_elements(in, elem, val);
}

/* Reads an array as the nodes of a list; `out` is the pointer to the first. */
static int
get_list(struct json_in *in, const struct oxdr_type *elem,
    const struct oxdr_member *next, char *out)
{
	const struct oxdr_type *node = type_resolve(elem);
	struct json_step step = { .up = in->path };
	int first = 1;
	int e = json_enter(in, '[');

	value_set_pointer(out, NULL);
	while (!e && (e = json_more(in, '[', &first)) == 1) {
		char *mem;

		e = get_count_element(in);
		if (e)
			return e;
		mem = get_memory(in, 1, node->size, node->align, &e);
		if (e)
			return e;
		value_set_pointer(out, mem);
		out = mem + next->offset;
		value_set_pointer(out, NULL);
		in->path = &step;
		e = get_members(in, node, node->n - 1, mem);
		in->path = step.up;
		step.index++;
	}
	json_leave(in);
	return e;
}

/* ---- Optionals ------------------------------------------------------------------- */

/* Consumes {"$some": up to the value; 1 if it was there. */
static int
take_some(struct json_in *in)
{
	const char *start = in->at;
	struct json_string key;

	if (json_take(in, '{') && json_peek(in) == '"' &&
	    !json_lex_string(in, &key) && json_key_is(&key, "$some") &&
	    json_take(in, ':'))
		return 1;
	in->at = start;
	return 0;
}

static int
get_optional(struct json_in *in, const struct oxdr_type *type, void *out)
{
	const struct oxdr_type *elem = type->elem;
	const struct oxdr_member *next = oxdr_i_list_next(elem);
	int some = 0;
	void *mem;
	int e = 0;

	if (json_word(in, "null")) {
		value_set_pointer(out, NULL);
		return 0;
	}
	if (next && json_peek(in) == '[')
		return get_list(in, elem, next, out);
	mem = get_memory(in, 1, elem->size, elem->align, &e);
	if (e)
		return e;
	value_set_pointer(out, mem);
	if (oxdr_i_nullable(elem, VISIT_NESTED))
		some = take_some(in);
	e = get_value(in, elem, mem);
	return e || !some ? e : json_expect(in, '}');
}

static int
get_value(struct json_in *in, const struct oxdr_type *type, void *out)
{
	type = type_resolve(type);
	if (type->flags & OXDR_TYPE_SECRET)
		oxdr_arena_mark_secret(in->arena);
	json_peek(in);
	switch (type->kind) {
	case OXDR_STRUCT:
		return get_members(in, type, type->n, out);
	case OXDR_UNION:
		return get_union(in, type, out);
	case OXDR_ARRAY:
	case OXDR_ARRAY_VAR:
		return get_array(in, type, out);
	case OXDR_OPTIONAL:
		return get_optional(in, type, out);
	default:
		return json_get_leaf(in, type, out);
	}
}

int
oxdr_json_get(const struct oxdr_type *type, const char *text, size_t n,
    const struct oxdr_json_options *options, struct oxdr_arena *arena,
    void *out, struct oxdr_json_error *out_error)
{
	static const struct oxdr_json_options usual;
	const struct oxdr_json_options *o = options ? options : &usual;
	struct json_in in = {
		.text = text, .at = text, .end = text + n, .arena = arena,
		.error = out_error, .flags = o->flags,
		.max_depth = o->max_depth ? o->max_depth : OXDR_DEPTH_MAX,
		.elements_left = o->max_elements ? o->max_elements :
		    (size_t)16 << 20,
	};
	int e;

	if (out_error)
		memset(out_error, 0, sizeof(*out_error));
	if (n > (o->max_bytes ? o->max_bytes : OXDR_BUDGET))
		return json_fail(&in, OXDR_E_LIMIT, "the text is too long");
	e = get_value(&in, type, out);
	json_peek(&in);
	if (!e && in.at < in.end)
		e = json_fail(&in, OXDR_E_TRAILING,
		    "something stands behind the value");
	return e;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * JSON text as tokens (RFC 8259), and where an error stands.
 */
#ifndef OXDR_JSON_LEX_H
#define OXDR_JSON_LEX_H

#include <oxdr/json.h>

/* One step on the way to the value being read; the steps form a chain on
 * the stack. */
struct json_step {
	const struct json_step *up;
	const char *name;		/* of a member, n bytes; NULL: element */
	size_t n;
	size_t index;
};

/* A text being read.  `at` is never behind `end`. */
struct json_in {
	const char *text;
	const char *at;
	const char *end;
	struct oxdr_arena *arena;
	const struct json_step *path;
	struct oxdr_json_error *error;
	uint32_t flags;
	uint32_t depth;
	uint32_t max_depth;
	size_t elements_left;
};

/*
 * A string token.
 *
 * raw, n    what stands between the quotes
 * n_text    bytes when escapes are resolved
 */
struct json_string {
	const char *raw;
	size_t n;
	size_t n_text;
};

/* Notes what is wrong at in->at, printf-like; returns -code. */
__attribute__((format(printf, 3, 4)))
int json_fail(struct json_in *in, int code, const char *format, ...);

/* The next byte that is no white space, not consumed; '\0' at the end. */
char json_peek(struct json_in *in);

/* Consumes `c` if it comes next; 1 if it did. */
int json_take(struct json_in *in, char c);

/* Consumes `c`, or fails. */
int json_expect(struct json_in *in, char c);

/* Consumes a word (true, false, null) if it comes next; 1 if it did. */
int json_word(struct json_in *in, const char *word);

/* Consumes a string and checks it: escapes, control characters, UTF-8. */
int json_lex_string(struct json_in *in, struct json_string *out);

/* The string with escapes resolved, into n_text bytes. */
void json_unescape(const struct json_string *s, char *out);

/* Consumes a number and checks its form. */
int json_lex_number(struct json_in *in, const char **out_text, size_t *out_n);

/* Bytes of a number in JSON's form at the start of n bytes; 0: none. */
size_t json_number_length(const char *text, size_t n);

/* Consumes an opening bracket, and counts depth; or fails. */
int json_enter(struct json_in *in, char bracket);
void json_leave(struct json_in *in);

/*
 * After an opening bracket and after each part: is there another part?
 * *first starts as 1.  Returns 1 (in->at stands before it), 0 (the closing
 * bracket is consumed), or a negative code.
 */
int json_more(struct json_in *in, char bracket, int *first);

/* Consumes a member's name and the colon. */
int json_key(struct json_in *in, struct json_string *out_key);

/* Is this the name? */
int json_key_is(const struct json_string *key, const char *name);

/* Consumes any value; what is in it is checked when it is really read. */
int json_skip(struct json_in *in);

/* What comes next, for messages: "object", "string", "end of text"... */
const char *json_next_name(struct json_in *in);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Indented JSON.  Strings are escaped as RFC 8259 says; what is not UTF-8
 * becomes U+FFFD, so that the document is always well-formed.
 */
#include "idlc/front/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void
put(struct json *j, const char *text, size_t n)
{
	if (j->result == 0)
		j->result = j->write(j->ctx, text, n);
}

void
idlc_i_json_raw(struct json *j, const char *text)
{
	put(j, text, strlen(text));
}

/* Bytes of the UTF-8 character at p; 0: it is none. */
static size_t
utf8_bytes(const unsigned char *p)
{
	size_t n = *p < 0x80 ? 1 : *p >= 0xc2 && *p < 0xe0 ? 2 :
	    *p >= 0xe0 && *p < 0xf0 ? 3 : *p >= 0xf0 && *p < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] >= 0xa0) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] >= 0x90))
		return 0;
	return n;
}

static void
put_escape(struct json *j, unsigned char c)
{
	char escape[8];

	if (c == '\n')
		snprintf(escape, sizeof(escape), "\\n");
	else if (c == '\t')
		snprintf(escape, sizeof(escape), "\\t");
	else if (c == '"' || c == '\\')
		snprintf(escape, sizeof(escape), "\\%c", c);
	else
		snprintf(escape, sizeof(escape), "\\u%04x",
		    c < 0x80 ? c : 0xfffdu);
	idlc_i_json_raw(j, escape);
}

static void
put_string(struct json *j, const char *text)
{
	const char *start = text;

	idlc_i_json_raw(j, "\"");
	while (*text) {
		unsigned char c = (unsigned char)*text;
		size_t n = utf8_bytes((const unsigned char *)text);

		if (n && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
			text += n;
			continue;
		}
		put(j, start, (size_t)(text - start));
		put_escape(j, c);
		start = ++text;
	}
	put(j, start, (size_t)(text - start));
	idlc_i_json_raw(j, "\"");
}

static void
line(struct json *j)
{
	idlc_i_json_raw(j, j->comma ? ",\n" : "\n");
	for (unsigned i = 0; i < j->depth; i++)
		idlc_i_json_raw(j, "  ");
	j->comma = true;
}

static void
key(struct json *j, const char *name)
{
	line(j);
	if (!name)
		return;
	put_string(j, name);
	idlc_i_json_raw(j, ": ");
}

void
idlc_i_json_open(struct json *j, const char *name, const char *bracket)
{
	if (name)
		key(j, name);
	else if (j->depth)
		line(j);
	idlc_i_json_raw(j, bracket);
	j->depth++;
	j->comma = false;
}

void
idlc_i_json_close(struct json *j, const char *bracket)
{
	bool any = j->comma;

	j->depth--;
	j->comma = false;
	if (any)
		line(j);
	idlc_i_json_raw(j, bracket);
	j->comma = true;
}

void
idlc_i_json_text(struct json *j, const char *name, const char *value)
{
	if (!value)
		return;
	key(j, name);
	put_string(j, value);
}

void
idlc_i_json_number(struct json *j, const char *name, bool negative, uint64_t magnitude)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%s%" PRIu64, negative ? "-" : "",
	    magnitude);
	key(j, name);
	idlc_i_json_raw(j, buf);
}

void
idlc_i_json_flag(struct json *j, const char *name, bool value)
{
	if (!value)
		return;
	key(j, name);
	idlc_i_json_raw(j, "true");
}

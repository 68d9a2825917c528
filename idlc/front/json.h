/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A writer of indented JSON: commas and line ends are its business.
 */
#ifndef IDLC_FRONT_JSON_H
#define IDLC_FRONT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <idlc/dump.h>

/* result: 0, or what write() returned first; nothing is written after. */
struct json {
	idlc_write_fn *write;
	void *ctx;
	int result;
	unsigned depth;
	bool comma;
};

/* Opens "{" or "[" as a member, or with name NULL as an element. */
void idlc_i_json_open(struct json *j, const char *name, const char *bracket);
void idlc_i_json_close(struct json *j, const char *bracket);

/* Members; a NULL text and a false flag are left out.  name NULL: an
 * element. */
void idlc_i_json_text(struct json *j, const char *name, const char *value);
void idlc_i_json_number(struct json *j, const char *name, bool negative,
    uint64_t magnitude);
void idlc_i_json_flag(struct json *j, const char *name, bool value);

/* Text as it is. */
void idlc_i_json_raw(struct json *j, const char *text);

#endif

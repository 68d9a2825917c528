/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings as text for people, and as JSON, SARIF and GitHub annotations for
 * machines.  All of it goes to standard error.
 */
#ifndef IDLC_SHOW_H
#define IDLC_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include <idlc/idl.h>

enum show_format {
	SHOW_TEXT,	/* with the source line and a caret */
	SHOW_PLAIN,	/* file:line:column: error: text [code], one line */
	SHOW_JSON,	/* an array of findings */
	SHOW_SARIF,	/* SARIF 2.1.0 */
	SHOW_GITHUB	/* ::error file=...::text */
};

/* Where findings go.  errors and warnings count what was shown. */
struct show {
	enum show_format format;
	bool color;
	FILE *to;
	unsigned errors;
	unsigned warnings;
	bool any;
};

/* Prints what stands before the first finding, and after the last. */
void show_begin(struct show *show);
void show_end(struct show *show);

/* An idlc_finding_fn; ctx is the struct show. */
void show_finding(void *ctx, const struct idlc_finding *finding);

#endif

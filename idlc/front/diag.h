/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings as people and programs read them.
 *
 *	struct idlc_diag d = { .format = IDLC_DIAG_TEXT, .color = true,
 *	    .write = to_stderr };
 *	options.on_finding = idlc_diag_finding;
 *	options.ctx = &d;
 *	... idlc_schema_load() any number of times ...
 *	idlc_diag_end(&d);
 */
#ifndef IDLC_FRONT_DIAG_H
#define IDLC_FRONT_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include <idlc/dump.h>
#include <idlc/idl.h>

enum idlc_diag_format {
	IDLC_DIAG_TEXT,		/* with the source line, a caret and colours */
	IDLC_DIAG_PLAIN,	/* one line each: FILE:LINE:COLUMN: ... */
	IDLC_DIAG_JSON,		/* an array of objects */
	IDLC_DIAG_SARIF,	/* SARIF 2.1.0 */
	IDLC_DIAG_GITHUB	/* commands of GitHub's workflow log */
};

/*
 * Where findings go.
 *
 * program   what findings without a place start with; NULL: "idlc"
 * columns   width to keep source lines in; 0: 80
 * write     takes the output; what it returns is kept in `result`
 *
 * mute      findings are counted, not written
 *
 * n_errors and n_warnings count; `begun` is this file's.
 */
struct idlc_diag {
	enum idlc_diag_format format;
	bool color;
	bool mute;
	const char *program;
	unsigned columns;
	idlc_write_fn *write;
	void *ctx;
	int result;
	unsigned n_errors;
	unsigned n_warnings;
	bool begun;
};

/* The format by name: "text", "plain", "json", "sarif", "github".  Returns
 * false for another. */
bool idlc_diag_format_of(const char *name, enum idlc_diag_format *out);

/* An idlc_finding_fn; diag is a struct idlc_diag. */
void idlc_diag_finding(void *diag, const struct idlc_finding *finding);

/* Ends the document: json and sarif are whole only now, also without any
 * finding; text counts ("2 errors, 1 warning").  Returns diag->result. */
int idlc_diag_end(struct idlc_diag *diag);

/* For this room: the formats that are documents (diag_json.c). */
void idlc_i_diag_document(struct idlc_diag *d, const struct idlc_finding *x);
void idlc_i_diag_document_end(struct idlc_diag *d);

#endif

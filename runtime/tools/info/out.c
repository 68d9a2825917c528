/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Output: JSON, tables, and errors.  Data goes to stdout, everything else to
 * stderr; what a peer sent is never printed as it came.
 */
#include "runtime/tools/info/info.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- JSON ------------------------------------------------------------------- */

void
json_start(struct json *j, const struct info *info)
{
	*j = (struct json){ .to = stdout, .pretty = !info->compact,
	    .first = true };
	json_open(j, NULL, '{');
}

void
json_end(struct json *j)
{
	json_close(j, '}');
	fputc('\n', j->to);
	fflush(j->to);
}

static void
json_string(FILE *to, const char *text)
{
	fputc('"', to);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			fprintf(to, "\\u%04x", c);
		else
			fputc(c, to);
	}
	fputc('"', to);
}

static void
json_key(struct json *j, const char *key)
{
	if (!j->first)
		fputc(',', j->to);
	if (j->pretty && j->depth)
		fprintf(j->to, "\n%*s", (int)j->depth * 2, "");
	j->first = false;
	if (key) {
		json_string(j->to, key);
		fputs(j->pretty ? ": " : ":", j->to);
	}
}

void
json_open(struct json *j, const char *key, char bracket)
{
	json_key(j, key);
	fputc(bracket, j->to);
	j->depth++;
	j->first = true;
}

void
json_close(struct json *j, char bracket)
{
	j->depth--;
	if (j->pretty && !j->first)
		fprintf(j->to, "\n%*s", (int)j->depth * 2, "");
	fputc(bracket, j->to);
	j->first = false;
}

void
json_text(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_string(j->to, text);
}

void
json_number(struct json *j, const char *key, uint64_t n)
{
	json_key(j, key);
	fprintf(j->to, "%" PRIu64, n);
}

void
json_real(struct json *j, const char *key, double n)
{
	json_key(j, key);
	fprintf(j->to, "%.3f", n);
}

void
json_true(struct json *j, const char *key, bool yes)
{
	json_key(j, key);
	fputs(yes ? "true" : "false", j->to);
}

void
json_error(struct json *j, const struct orpc_error *error)
{
	char text[512];

	orpc_error_text(error, text, sizeof(text));
	json_open(j, "error", '{');
	json_text(j, "stat", orpc_error_name(error->code));
	json_text(j, "step", orpc_step_name(error->step));
	if (error->where[0])
		json_text(j, "where", error->where);
	if (error->code == ORPC_R_PROG_MISMATCH ||
	    error->code == ORPC_R_RPC_MISMATCH) {
		json_number(j, "low", error->low);
		json_number(j, "high", error->high);
	}
	if (error->os_errno)
		json_text(j, "system", strerror(error->os_errno));
	json_number(j, "elapsed_ms", error->elapsed_ms);
	json_text(j, "message", text);
	json_close(j, '}');
}

/* ---- Text --------------------------------------------------------------------- */

const char *
safe_text(const char *text, char *buf, size_t n)
{
	size_t at = 0;

	for (; *text && at + 5 < n; text++) {
		unsigned char c = (unsigned char)*text;

		if (c > ' ' && c < 0x7f && c != '\\')
			buf[at++] = (char)c;
		else if (c == ' ')
			buf[at++] = ' ';
		else
			at += (size_t)snprintf(buf + at, n - at, "\\x%02x",
			    c);
	}
	buf[at] = '\0';
	return buf;
}

void
table_cell(struct table *t, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (t->n_cells == t->room) {
		char **cells;

		t->room = t->room ? t->room * 2 : 64;
		cells = reallocarray(t->cells, t->room, sizeof(char *));

		if (!cells)
			abort();
		t->cells = cells;
	}
	t->cells[t->n_cells] = strdup(text);
	if (!t->cells[t->n_cells])
		abort();
	t->n_cells++;
}

/* The last column has no end. */
void
table_print(struct table *t)
{
	int width[TABLE_COLUMNS] = { 0 };

	for (size_t i = 0; i < t->n_cells; i++) {
		int n = (int)strlen(t->cells[i]);
		unsigned c = (unsigned)(i % t->n_columns);

		if (n > width[c])
			width[c] = n;
	}
	for (size_t i = 0; i < t->n_cells; i++) {
		unsigned c = (unsigned)(i % t->n_columns);

		if (c == t->n_columns - 1 && !t->right[c])
			puts(t->cells[i]);
		else
			printf("%*s%s", t->right[c] ? width[c] : -width[c],
			    t->cells[i],
			    c == t->n_columns - 1 ? "\n" : "  ");
	}
}

void
table_fini(struct table *t)
{
	for (size_t i = 0; i < t->n_cells; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->n_cells = 0;
	t->room = 0;
}

/* ---- Errors ---------------------------------------------------------------------- */

int
exit_status(int code)
{
	if (code > ORPC_R_AUTH_BASE && code <= ORPC_R_AUTH_LAST)
		return EXIT_AUTH;
	if (code > 0)
		return EXIT_REFUSED;
	if (code > -OXDR_E_FIRST_OTHER)
		return code ? EXIT_DECODE : EXIT_OK;
	switch (-code) {
	case ORPC_E_ADDRESS: case ORPC_E_INVAL: return EXIT_USAGE;
	case ORPC_E_TIMEOUT: return EXIT_TIMEOUT;
	case ORPC_E_PROTOCOL: return EXIT_DECODE;
	default: return EXIT_UNREACHABLE;
	}
}

int
tell_error(const struct info *info, const struct orpc_error *error)
{
	struct json j;
	char text[512];

	if (info->json) {
		json_start(&j, info);
		json_true(&j, "ok", false);
		json_error(&j, error);
		json_end(&j);
	} else {
		orpc_error_text(error, text, sizeof(text));
		fprintf(stderr, "orpcinfo: %s\n", text);
	}
	return exit_status(error->code);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * language.txt, row by row, in both dialects: every construct is accepted or
 * refused as the table says, with exactly the findings it lists, each at its
 * line and column.  One TAP test a row; the last line is the score.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <idlc/idl.h>

#define MAX_ROW 16384

/* The row at hand. */
struct row {
	char id[16];
	char class;
	char native[256];
	char rpcgen[256];
	bool crlf, bom, nonl;
	char text[MAX_ROW];
	size_t n;
};

/* Findings, written as the table writes them. */
struct found {
	char text[1024];
	size_t n;
};

static void
on_finding(void *ctx, const struct idlc_finding *x)
{
	struct found *f = ctx;
	int n = snprintf(f->text + f->n, sizeof(f->text) - f->n,
	    "%s%s:%s@%u:%u", f->n ? "," : "",
	    x->severity == IDLC_ERROR ? "error" : "warning",
	    x->code ? x->code : "?", (unsigned)x->pos.line,
	    (unsigned)x->pos.column);

	if (n > 0 && (size_t)n < sizeof(f->text) - f->n)
		f->n += (size_t)n;
}

static void
add(struct row *row, const char *text, size_t n)
{
	if (row->n + n > sizeof(row->text)) {
		printf("Bail out! row %s is too long\n", row->id);
		exit(99);
	}
	memcpy(row->text + row->n, text, n);
	row->n += n;
}

/* The construct as a file of its own. */
static size_t
input(const struct row *row, char *out)
{
	size_t n = 0;

	if (row->bom && row->n) {
		memcpy(out, "\xef\xbb\xbf", 3);
		n = 3;
	}
	for (size_t i = 0; i < row->n; i++) {
		if (row->nonl && i + 1 == row->n)
			break;
		if (row->crlf && row->text[i] == '\n')
			out[n++] = '\r';
		out[n++] = row->text[i];
	}
	return n;
}

static bool
as_expected(const struct row *row, enum idlc_dialect dialect,
    const char *expected)
{
	static char text[2 * MAX_ROW + 3];
	struct found found = { .n = 0 };
	struct idlc_options options = {
		.dialect = dialect, .on_finding = on_finding, .ctx = &found
	};
	struct idlc_schema *schema = NULL;
	int r = idlc_schema_parse("row.x", text, input(row, text), &options,
	    &schema);
	bool refused = strstr(expected, "error:") != NULL;

	if (!found.n)
		strcpy(found.text, "ok");
	if (strcmp(found.text, expected) == 0 && r == (refused ? 1 : 0)) {
		idlc_schema_free(schema);
		return true;
	}
	printf("# %s: %s\n# expected %s\n# found    %s (result %d)\n",
	    row->id, dialect == IDLC_NATIVE ? "native" : "rpcgen", expected,
	    found.text, r);
	idlc_schema_free(schema);
	return false;
}

static unsigned n_rows, n_good;

static void
test_row(const struct row *row)
{
	bool good;

	if (!row->id[0])
		return;
	good = as_expected(row, IDLC_NATIVE, row->native);
	good &= as_expected(row, IDLC_RPCGEN, row->rpcgen);
	n_rows++;
	n_good += good;
	printf("%s %u - %s (%c)\n", good ? "ok" : "not ok", n_rows, row->id,
	    row->class);
}

static void
read_head(struct row *row, char *line)
{
	char *word = strtok(line + 2, " \n");

	memset(row, 0, sizeof(*row));
	snprintf(row->id, sizeof(row->id), "%s", word ? word : "?");
	word = strtok(NULL, " \n");
	row->class = word ? *word : '?';
	while ((word = strtok(NULL, " \n"))) {
		if (strncmp(word, "both=", 5) == 0) {
			snprintf(row->native, sizeof(row->native), "%s",
			    word + 5);
			snprintf(row->rpcgen, sizeof(row->rpcgen), "%s",
			    word + 5);
		} else if (strncmp(word, "native=", 7) == 0) {
			snprintf(row->native, sizeof(row->native), "%s",
			    word + 7);
		} else if (strncmp(word, "rpcgen=", 7) == 0) {
			snprintf(row->rpcgen, sizeof(row->rpcgen), "%s",
			    word + 7);
		}
		row->crlf |= strcmp(word, "crlf") == 0;
		row->bom |= strcmp(word, "bom") == 0;
		row->nonl |= strcmp(word, "nonl") == 0;
	}
}

int
main(void)
{
	static char line[MAX_ROW];
	static struct row row;
	const char *top = getenv("top_srcdir");
	char path[4096];
	bool why = false;
	FILE *in;

	snprintf(path, sizeof(path), "%s/tests/idlc/language.txt",
	    top ? top : ".");
	in = fopen(path, "r");
	if (!in) {
		printf("Bail out! can't read %s\n", path);
		return 99;
	}
	while (fgets(line, sizeof(line), in)) {
		if (strncmp(line, "== ", 3) == 0) {
			test_row(&row);
			read_head(&row, line);
			why = true;
		} else if (why && line[0] == '#') {
			why = false;
		} else if (row.id[0] && strcmp(line, "\n") != 0 &&
		    strncmp(line, "# ----", 6) != 0) {
			add(&row, line, strlen(line));
		}
	}
	test_row(&row);
	fclose(in);
	printf("1..%u\n# %u of %u\n", n_rows, n_good, n_rows);
	return n_good == n_rows ? 0 : 1;
}

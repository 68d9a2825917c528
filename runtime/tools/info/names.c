/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of programs: from /etc/rpc, and from .x files.
 */
#include "runtime/tools/info/info.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <idlc/idl.h>

struct name {
	uint32_t program;
	bool alias;
	char *text;
};

struct names {
	struct name *all;
	size_t n;
};

static void
names_add(struct names *names, uint32_t program, const char *text,
    bool alias)
{
	if (names->n % 64 == 0) {
		struct name *all = reallocarray(names->all, names->n + 64,
		    sizeof(*all));

		if (!all)
			abort();
		names->all = all;
	}
	names->all[names->n] = (struct name){ program, alias, strdup(text) };
	if (!names->all[names->n].text)
		abort();
	names->n++;
}

static int
number_read(const char *text, uint32_t *out)
{
	unsigned long long n;
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtoull(text, &end, 0);
	if (*end || errno || n > UINT32_MAX)
		return -1;
	*out = (uint32_t)n;
	return 0;
}

/* "name number alias..." */
static void
line_read(struct names *names, char *line)
{
	char *rest = NULL, *name, *word;
	uint32_t program;

	line[strcspn(line, "#\r\n")] = '\0';
	name = strtok_r(line, " \t", &rest);
	word = strtok_r(NULL, " \t", &rest);
	if (!name || !word || number_read(word, &program))
		return;
	names_add(names, program, name, false);
	while ((word = strtok_r(NULL, " \t", &rest)))
		names_add(names, program, word, true);
}

struct names *
names_new(void)
{
	struct names *names = calloc(1, sizeof(*names));
	FILE *file = fopen("/etc/rpc", "re");
	char line[1024];

	if (!names)
		abort();
	if (!file)
		return names;
	while (fgets(line, sizeof(line), file))
		line_read(names, line);
	fclose(file);
	return names;
}

void
names_free(struct names *names)
{
	if (!names)
		return;
	for (size_t i = 0; i < names->n; i++)
		free(names->all[i].text);
	free(names->all);
	free(names);
}

static void
on_finding(void *ctx, const struct idlc_finding *finding)
{
	(void)ctx;
	fprintf(stderr, "%s:%u:%u: %s\n", finding->pos.file,
	    finding->pos.line, finding->pos.column, finding->text);
}

int
names_learn(struct names *names, const char *path)
{
	const struct idlc_options options = { .dialect = IDLC_RPCGEN,
	    .on_finding = on_finding };
	struct idlc_schema *schema;

	if (idlc_schema_load(path, &options, &schema))
		return -1;
	for (const struct idlc_def *d = schema->defs; d; d = d->next)
		if (d->kind == IDLC_PROGRAM)
			names_add(names, d->is.program.number, d->name,
			    false);
	idlc_schema_free(schema);
	return 0;
}

/* What was learnt last is nearest. */
const char *
names_of(const struct names *names, uint32_t program)
{
	for (size_t i = names->n; i > 0; i--)
		if (names->all[i - 1].program == program &&
		    !names->all[i - 1].alias)
			return names->all[i - 1].text;
	return NULL;
}

int
names_program(const struct names *names, const char *text, uint32_t *out)
{
	if (number_read(text, out) == 0)
		return 0;
	for (size_t i = names->n; i > 0; i--) {
		if (strcasecmp(names->all[i - 1].text, text) == 0) {
			*out = names->all[i - 1].program;
			return 0;
		}
	}
	return -1;
}

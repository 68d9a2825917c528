/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Listing what is registered: all of it, as ports (-p), or one line a program
 * (-s); with --ping whether it answers.
 */
#include "runtime/tools/info/info.h"

#include <stdlib.h>
#include <string.h>

static const char *
name_of(const struct info *info, uint32_t program)
{
	const char *name = names_of(info->names, program);

	return name ? name : "-";
}

/* ---- JSON ---------------------------------------------------------------------- */

static void
entry_json(const struct info *info, struct json *j, const struct entry *e)
{
	const char *name = names_of(info->names, e->program);
	uint16_t port = entry_port(e);

	json_open(j, NULL, '{');
	json_number(j, "program", e->program);
	json_number(j, "version", e->version);
	json_text(j, "netid", e->netid);
	json_text(j, "address", e->uaddr);
	if (port)
		json_number(j, "port", port);
	if (name)
		json_text(j, "name", name);
	if (e->owner[0])
		json_text(j, "owner", e->owner);
	if (info->ping) {
		json_open(j, "ping", '{');
		json_true(j, "ok", e->result == 0);
		if (e->result == 0)
			json_real(j, "ms", e->ping_ms);
		else
			json_text(j, "stat", orpc_error_name(e->result));
		json_close(j, '}');
	}
	json_close(j, '}');
}

static void
list_json(const struct info *info, const struct ask *a,
    const struct entries *list)
{
	struct json j;

	json_start(&j, info);
	json_true(&j, "ok", true);
	json_text(&j, "binder", a->peer);
	json_number(&j, "binder_version", ask_version(a));
	json_open(&j, "programs", '[');
	for (size_t i = 0; i < list->n; i++)
		entry_json(info, &j, &list->all[i]);
	json_close(&j, ']');
	json_end(&j);
}

/* ---- Tables ---------------------------------------------------------------------- */

static void
ping_cell(struct table *t, const struct entry *e)
{
	if (e->result == 0)
		table_cell(t, "%.3f ms", e->ping_ms);
	else
		table_cell(t, "%s", orpc_error_name(e->result));
}

static void
headers(struct table *t, const char *const *names, const struct info *info)
{
	for (; !info->no_headers && *names; names++)
		table_cell(t, "%s", *names);
	if (!info->no_headers && info->ping)
		table_cell(t, "ping");
}

static void
all_table(const struct info *info, const struct entries *list)
{
	static const char *const names[] = { "program", "version", "netid",
		"address", "service", "owner", NULL };
	struct table t = { .n_columns = info->ping ? 7 : 6,
	    .right = { true, true, [6] = true } };

	headers(&t, names, info);
	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->all[i];

		table_cell(&t, "%u", e->program);
		table_cell(&t, "%u", e->version);
		table_cell(&t, "%s", e->netid);
		table_cell(&t, "%s", e->uaddr);
		table_cell(&t, "%s", name_of(info, e->program));
		table_cell(&t, "%s", e->owner[0] ? e->owner : "-");
		if (info->ping)
			ping_cell(&t, e);
	}
	table_print(&t);
	table_fini(&t);
}

static void
ports_table(const struct info *info, const struct entries *list)
{
	static const char *const names[] = { "program", "vers", "proto",
		"port", "service", NULL };
	struct table t = { .n_columns = info->ping ? 6 : 5,
	    .right = { true, true, false, true, [5] = true } };

	headers(&t, names, info);
	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->all[i];

		table_cell(&t, "%u", e->program);
		table_cell(&t, "%u", e->version);
		table_cell(&t, "%s", e->netid);
		table_cell(&t, "%u", entry_port(e));
		table_cell(&t, "%s", name_of(info, e->program));
		if (info->ping)
			ping_cell(&t, e);
	}
	table_print(&t);
	table_fini(&t);
}

/* Adds a word to a list "a,b" once. */
static void
words_add(char *words, size_t n, const char *word)
{
	size_t length = strlen(word), used = strlen(words);

	for (const char *at = words; (at = strstr(at, word)); at++)
		if ((at == words || at[-1] == ',') &&
		    (at[length] == ',' || !at[length]))
			return;
	if (used + length + 2 < n)
		snprintf(words + used, n - used, "%s%s", used ? "," : "",
		    word);
}

static int
by_program(const void *a, const void *b)
{
	uint32_t pa = ((const struct entry *)a)->program;
	uint32_t pb = ((const struct entry *)b)->program;

	return pa < pb ? -1 : pa > pb;
}

/* One row for the program whose entries begin at first; the next program's
 * first entry. */
static size_t
short_row(const struct info *info, struct table *t,
    const struct entries *list, size_t first)
{
	uint32_t program = list->all[first].program;
	char versions[200] = "", netids[100] = "", word[16];
	size_t i = first;

	for (; i < list->n && list->all[i].program == program; i++) {
		snprintf(word, sizeof(word), "%u", list->all[i].version);
		words_add(versions, sizeof(versions), word);
		words_add(netids, sizeof(netids), list->all[i].netid);
	}
	table_cell(t, "%u", program);
	table_cell(t, "%s", versions);
	table_cell(t, "%s", netids);
	table_cell(t, "%s", name_of(info, program));
	table_cell(t, "%s", list->all[first].owner[0] ?
	    list->all[first].owner : "-");
	return i;
}

static void
short_table(const struct info *info, const struct entries *list)
{
	static const char *const names[] = { "program", "version(s)",
		"netid(s)", "service", "owner", NULL };
	struct table t = { .n_columns = 5, .right = { true } };

	for (int i = 0; !info->no_headers && names[i]; i++)
		table_cell(&t, "%s", names[i]);
	qsort(list->all, list->n, sizeof(*list->all), by_program);
	for (size_t i = 0; i < list->n;)
		i = short_row(info, &t, list, i);
	table_print(&t);
	table_fini(&t);
}

/* ---- The verbs --------------------------------------------------------------------- */

typedef void print_fn(const struct info *info, const struct entries *list);

/* The portmapper's view: IPv4's TCP and UDP. */
static void
keep_ports(struct entries *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->all[i].netid, "tcp") ||
		    !strcmp(list->all[i].netid, "udp"))
			list->all[n++] = list->all[i];
	list->n = n;
}

static int
list_with(const struct info *info, const uint32_t *versions, bool ports,
    print_fn *print)
{
	struct entries list = { .n = 0 };
	struct ask a;
	int status = 0;

	if (ask_open(&a, info, versions) || ask_dump(&a, &list)) {
		status = tell_error(info, &a.error);
	} else {
		if (ports)
			keep_ports(&list);
		if (info->ping)
			status = ping_entries(info, &a, &list);
		if (info->json)
			list_json(info, &a, &list);
		else
			print(info, &list);
	}
	ask_close(&a);
	free(list.all);
	return status;
}

int
verb_list(const struct info *info)
{
	return list_with(info, ask_newest, false, all_table);
}

int
verb_ports(const struct info *info)
{
	return list_with(info, ask_oldest, true, ports_table);
}

int
verb_short(const struct info *info)
{
	return list_with(info, ask_newest, false, short_table);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Questions to a binder beside lists: its counters (-m), the ways to reach a
 * program (-l), and taking a registration away (-d).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/bind/rpcb.h"
#include "runtime/tools/info/info.h"
#include "xdr/base.h"

enum { UNSET = 2, GETADDRLIST = 11, GETSTAT = 12 };

static const uint32_t only_4[] = { 4, 0 };
static const uint32_t not_2[] = { 4, 3, 0 };

static int
usage(const char *text)
{
	fprintf(stderr, "orpcinfo: %s\ntry 'orpcinfo --help'\n", text);
	return EXIT_USAGE;
}

/* Program and version of the command line: 0 or an exit status. */
static int
target_read(const struct info *info, uint32_t *program, uint32_t *version)
{
	char *end;
	unsigned long n;

	if (!info->service || !info->version)
		return usage("a program and a version are needed");
	if (names_program(info->names, info->service, program))
		return usage("unknown program");
	n = strtoul(info->version, &end, 10);
	if (*end || end == info->version || n > UINT32_MAX)
		return usage("the version is not a number");
	*version = (uint32_t)n;
	return 0;
}

/* ---- Counters ------------------------------------------------------------------- */

static const char *const proc_names[13] = { "NULL", "SET", "UNSET", "GETADDR",
	"DUMP", "CALLIT", "GETTIME", "UADDR2TADDR", "TADDR2UADDR",
	"GETVERSADDR", "INDIRECT", "GETADDRLIST", "GETSTAT" };

static unsigned
procs_of(unsigned version)
{
	return version == 2 ? 6 : version == 3 ? 9 : 13;
}

/* Two procedures have another name in another version. */
static const char *
proc_name(unsigned version, unsigned proc)
{
	return version == 2 && proc == 3 ? "GETPORT" :
	    version == 4 && proc == 5 ? "BCAST" : proc_names[proc];
}

/* Look-ups by program, for as long as the binder counts them so. */
static void
lookups_json(struct json *j, const orpc_i_rpcb_stat_addr *node)
{
	json_open(j, "lookups", '[');
	for (; node; node = node->next) {
		json_open(j, NULL, '{');
		json_number(j, "program", node->prog);
		json_number(j, "version", node->vers);
		json_text(j, "netid", node->netid);
		json_number(j, "found", (uint32_t)node->success);
		json_number(j, "missed", (uint32_t)node->failure);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* Calls that went through the binder, by procedure. */
static void
indirect_json(struct json *j, const orpc_i_rpcb_stat_call *node)
{
	json_open(j, "indirect", '[');
	for (; node; node = node->next) {
		json_open(j, NULL, '{');
		json_number(j, "program", node->prog);
		json_number(j, "version", node->vers);
		json_number(j, "procedure", node->proc);
		json_text(j, "netid", node->netid);
		json_number(j, "ok", (uint32_t)node->success);
		json_number(j, "failed", (uint32_t)node->failure);
		json_number(j, "by_indirect", (uint32_t)node->indirect);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
stat_json(const struct info *info, const orpc_i_rpcb_stat *stats)
{
	struct json j;

	json_start(&j, info);
	json_true(&j, "ok", true);
	json_open(&j, "versions", '[');
	for (unsigned v = 2; v <= 4; v++) {
		const orpc_i_rpcb_stat *s = &stats[v - 2];

		json_open(&j, NULL, '{');
		json_number(&j, "version", v);
		json_open(&j, "calls", '{');
		for (unsigned i = 0; i < procs_of(v); i++)
			json_number(&j, proc_name(v, i),
			    (uint32_t)s->info[i]);
		json_close(&j, '}');
		json_number(&j, "set", (uint32_t)s->setinfo);
		json_number(&j, "unset", (uint32_t)s->unsetinfo);
		lookups_json(&j, s->addrinfo);
		indirect_json(&j, s->rmtinfo);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_end(&j);
}

static void
stat_table(const orpc_i_rpcb_stat *stats)
{
	for (unsigned v = 2; v <= 4; v++) {
		const orpc_i_rpcb_stat *s = &stats[v - 2];
		struct table t = { .n_columns = 2, .right = { false, true } };

		printf("%s (version %u)\n", v == 2 ? "PORTMAP" : "RPCBIND",
		    v);
		for (unsigned i = 0; i < procs_of(v); i++) {
			table_cell(&t, "  %s", proc_name(v, i));
			if (i == 1 || i == 2)
				table_cell(&t, "%d/%d", i == 1 ? s->setinfo :
				    s->unsetinfo, s->info[i]);
			else
				table_cell(&t, "%d", s->info[i]);
		}
		table_print(&t);
		table_fini(&t);
	}
}

int
verb_stat(const struct info *info)
{
	orpc_i_rpcb_stat stats[3];
	struct ask a;
	int status = 0;

	if (ask_open(&a, info, only_4) || ask_call(&a, GETSTAT, NULL, stats))
		status = tell_error(info, &a.error);
	else if (info->json)
		stat_json(info, stats);
	else
		stat_table(stats);
	ask_close(&a);
	return status;
}

/* ---- Ways ---------------------------------------------------------------------------- */

static const char *
semantics_name(uint32_t semantics)
{
	return semantics == 1 ? "clts" : semantics == 2 ? "cots" :
	    semantics == 3 ? "cots_ord" : "-";
}

static void
ways_print(const struct info *info, const orpc_i_rpcb_way_node *node)
{
	struct table t = { .n_columns = 4 };
	char text[4][ORPC_UADDR_MAX];
	struct json j;
	size_t n = 0;

	if (info->json) {
		json_start(&j, info);
		json_true(&j, "ok", true);
		json_open(&j, "addresses", '[');
	} else if (!info->no_headers) {
		table_cell(&t, "netid");
		table_cell(&t, "family/name/class");
		table_cell(&t, "address");
		table_cell(&t, "service");
	}
	for (; node && n < 10000; node = node->next, n++) {
		const orpc_i_rpcb_way *w = &node->way;

		safe_text(w->nc_netid, text[0], sizeof(text[0]));
		safe_text(w->nc_protofmly, text[1], sizeof(text[1]));
		safe_text(w->nc_proto, text[2], sizeof(text[2]));
		safe_text(w->maddr, text[3], sizeof(text[3]));
		if (info->json) {
			json_open(&j, NULL, '{');
			json_text(&j, "netid", text[0]);
			json_text(&j, "family", text[1]);
			json_text(&j, "protocol", text[2]);
			json_text(&j, "semantics",
			    semantics_name(w->nc_semantics));
			json_text(&j, "address", text[3]);
			json_close(&j, '}');
			continue;
		}
		table_cell(&t, "%s", text[0]);
		table_cell(&t, "%s/%s/%s", text[1], text[2],
		    semantics_name(w->nc_semantics));
		table_cell(&t, "%s", text[3]);
		table_cell(&t, "%s", info->service);
	}
	if (info->json) {
		json_close(&j, ']');
		json_end(&j);
	} else {
		table_print(&t);
	}
	table_fini(&t);
}

int
verb_ways(const struct info *info)
{
	char empty[1] = "";
	orpc_i_rpcb_mapping arg = { .netid = empty, .addr = empty,
	    .owner = empty };
	orpc_i_rpcb_way_node *list = NULL;
	struct ask a;
	int status = target_read(info, &arg.prog, &arg.vers);

	if (status)
		return status;
	if (ask_open(&a, info, only_4) ||
	    ask_call(&a, GETADDRLIST, &arg, &list)) {
		status = tell_error(info, &a.error);
	} else if (!list) {
		a.error = (struct orpc_error){
			.code = -ORPC_E_UNREGISTERED,
			.step = ORPC_STEP_BINDER };
		snprintf(a.error.where, sizeof(a.error.where), "%.100s",
		    a.peer);
		status = tell_error(info, &a.error);
	} else {
		ways_print(info, list);
	}
	ask_close(&a);
	return status;
}

/* ---- Taking away ------------------------------------------------------------------------ */

int
verb_delete(const struct info *info)
{
	char empty[1] = "", owner[16], netid[16] = "";
	orpc_i_rpcb_mapping arg = { .netid = netid, .addr = empty,
	    .owner = owner };
	struct ask a;
	struct json j;
	bool done = false;
	int status = target_read(info, &arg.prog, &arg.vers);

	if (status)
		return status;
	snprintf(owner, sizeof(owner), "%u", (unsigned)geteuid());
	snprintf(netid, sizeof(netid), "%s", info->netid ? info->netid : "");
	if (ask_open(&a, info, not_2) || ask_call(&a, UNSET, &arg, &done)) {
		status = tell_error(info, &a.error);
	} else if (!done) {
		a.error = (struct orpc_error){ .code = -ORPC_E_DENIED,
		    .step = ORPC_STEP_BINDER };
		snprintf(a.error.where, sizeof(a.error.where), "%.100s",
		    a.peer);
		if (!info->json)
			fprintf(stderr, "orpcinfo: not removed: program %u "
			    "version %u is not registered, or is another "
			    "user's\n", arg.prog, arg.vers);
		else
			tell_error(info, &a.error);
		status = EXIT_REFUSED;
	} else if (info->json) {
		json_start(&j, info);
		json_true(&j, "ok", true);
		json_end(&j);
	}
	ask_close(&a);
	return status;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run of the load generator found, for people and for programs. */
#ifndef ORPC_LOAD_REPORT_H
#define ORPC_LOAD_REPORT_H

#include <stdio.h>

#include "runtime/tools/load/engine.h"

struct report {
	const struct load_plan *plan;
	const struct load_result *result;
	const char *address;
	bool ok;
	double server_cpu_s;	/* of --server-pid; negative: not measured */
};

void report_text(const struct report *r, FILE *to);

/* A bar for each range of latencies that occurred. */
void report_plot(const struct report *r, FILE *to);

/* One JSON object on one line. */
void report_json(const struct report *r, FILE *to);

#endif

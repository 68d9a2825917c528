/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers first: calls a second, latency by share, and what went wrong.
 */
#include "runtime/tools/load/report.h"


#include "xdr/base.h"

static const double shares[] = { 0.5, 0.9, 0.99, 0.999 };
static const char *const share_names[] = { "p50", "p90", "p99", "p99.9" };
static const char *const share_keys[] = { "p50", "p90", "p99", "p999" };

static double
us(uint64_t ns)
{
	return (double)ns / 1000.0;
}

static double
rate(const struct load_result *result)
{
	return result->seconds > 0 ? (double)result->calls / result->seconds :
	    0;
}

static double
mean_us(const struct histogram *h)
{
	return h->n > 0 ? us(h->sum_ns) / (double)h->n : 0;
}

/* Of all calls, as the server's clock ran in the warm-up too. */
static double
server_cpu_us(const struct report *r)
{
	return r->result->all_calls > 0 ? r->server_cpu_s * 1e6 /
	    (double)r->result->all_calls : 0;
}

void
report_text(const struct report *r, FILE *to)
{
	const struct load_plan *plan = r->plan;
	const struct load_result *res = r->result;
	const struct histogram *h = &res->latency;

	fprintf(to, "%s  program %u version %u procedure %u\n", r->address,
	    plan->program, plan->version, plan->procedure);
	fprintf(to, "%u connections x %u calls in flight, ",
	    plan->connections, plan->depth);
	if (plan->without_argument)
		fprintf(to, "no argument");
	else
		fprintf(to, "%u bytes", plan->size);
	fprintf(to, ", %.1f s\n\n", res->seconds);
	fprintf(to, "connecting %12.3f  s\n", res->connect_seconds);
	fprintf(to, "calls      %12llu  %.0f/s\n",
	    (unsigned long long)res->calls, rate(res));
	if (!plan->without_argument)
		fprintf(to, "data       %12.1f  MiB/s each way\n",
		    rate(res) * plan->size / 1048576.0);
	fprintf(to, "latency us %12.1f  min\n", us(h->min_ns));
	fprintf(to, "           %12.1f  mean\n", mean_us(h));
	for (size_t i = 0; i < ARRAY_LEN(shares); i++)
		fprintf(to, "           %12.1f  %s\n",
		    us(histogram_quantile(h, shares[i])), share_names[i]);
	fprintf(to, "           %12.1f  max\n", us(h->max_ns));
	if (r->server_cpu_s >= 0)
		fprintf(to, "server CPU %12.2f  us a call\n",
		    server_cpu_us(r));
	if (res->errors + res->lost + res->broken > 0)
		fprintf(to, "\n%llu refused or answered wrongly, %llu lost, "
		    "%llu connections broken: %s\n",
		    (unsigned long long)res->errors,
		    (unsigned long long)res->lost,
		    (unsigned long long)res->broken,
		    res->error[0] ? res->error : "no answer within 1 s");
}

/* Rows of the plot double their latency every other row. */
static uint64_t
count_between(const struct histogram *h, uint64_t from, uint64_t to)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t floor = histogram_floor(i);

		if (floor >= from && floor < to)
			n += h->counts[i];
	}
	return n;
}

void
report_plot(const struct report *r, FILE *to)
{
	static const char bar[] = "##################################"
	    "################";
	const struct histogram *h = &r->result->latency;
	uint64_t most = 0, from, next;

	if (h->n == 0)
		return;
	for (from = 1000; from <= h->max_ns; from = next) {
		uint64_t n;

		next = from + from / 2;
		n = count_between(h, from == 1000 ? 0 : from, next);
		if (n > most)
			most = n;
	}
	if (most == 0)
		most = 1;
	fputs("\nlatency from (us)       calls\n", to);
	for (from = 1000; from <= h->max_ns; from = next) {
		uint64_t n;

		next = from + from / 2;
		n = count_between(h, from == 1000 ? 0 : from, next);
		if (next <= h->min_ns)
			continue;
		fprintf(to, "%16.1f %12llu %.*s\n",
		    from == 1000 ? 0.0 : us(from), (unsigned long long)n,
		    (int)(n * (sizeof(bar) - 1) / most), bar);
	}
}

/* Errors are our own texts, but an errno's may be anything. */
static void
put_json_string(const char *text, FILE *to)
{
	fputc('"', to);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', to);
		if ((unsigned char)*text >= ' ')
			fputc(*text, to);
	}
	fputc('"', to);
}

void
report_json(const struct report *r, FILE *to)
{
	const struct load_plan *plan = r->plan;
	const struct load_result *res = r->result;
	const struct histogram *h = &res->latency;

	fputs("{\"address\":", to);
	put_json_string(r->address, to);
	fprintf(to, ",\"program\":%u,\"version\":%u,\"procedure\":%u"
	    ",\"connections\":%u,\"depth\":%u,\"size\":%u"
	    ",\"connect_seconds\":%.3f,\"seconds\":%.3f"
	    ",\"calls\":%llu,\"calls_per_s\":%.1f,\"errors\":%llu"
	    ",\"lost\":%llu,\"broken\":%llu", plan->program, plan->version,
	    plan->procedure, plan->connections, plan->depth,
	    plan->without_argument ? 0 : plan->size, res->connect_seconds,
	    res->seconds,
	    (unsigned long long)res->calls, rate(res),
	    (unsigned long long)res->errors, (unsigned long long)res->lost,
	    (unsigned long long)res->broken);
	fprintf(to, ",\"latency_us\":{\"min\":%.3f,\"mean\":%.3f",
	    us(h->min_ns), mean_us(h));
	for (size_t i = 0; i < ARRAY_LEN(shares); i++)
		fprintf(to, ",\"%s\":%.3f", share_keys[i],
		    us(histogram_quantile(h, shares[i])));
	fprintf(to, ",\"max\":%.3f}", us(h->max_ns));
	if (r->server_cpu_s >= 0)
		fprintf(to, ",\"server_cpu_us_per_call\":%.4f",
		    server_cpu_us(r));
	fputs(",\"ok\":", to);
	fputs(r->ok ? "true" : "false", to);
	if (res->error[0]) {
		fputs(",\"error\":{\"message\":", to);
		put_json_string(res->error, to);
		fputc('}', to);
	}
	fputs("}\n", to);
}

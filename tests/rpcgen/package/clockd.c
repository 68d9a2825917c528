/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock.h"

reading *
read_1_svc(int *offset, struct svc_req *rqstp)
{
	static reading result;

	(void)rqstp;
	result.at = 12;
	result.offset = *offset + 1;
	return &result;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "point.h"

int
main(void)
{
	struct point point = { 3, 4 };

	printf("%zu bytes\n", point_xdr_size(&point));
	return 0;
}

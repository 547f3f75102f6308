#ifndef BPRUNE_FILTER_GRADIENT_H
#define BPRUNE_FILTER_GRADIENT_H

#include "kernels.h"

size_t bp_filter_gradient_scratch(const bp_conv *shape);

#endif

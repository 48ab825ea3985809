// precompiled_tests.h for builds that compile sources together.
#pragma once

#include "precompiled_together.h"
#include "precompiled_tests.h"

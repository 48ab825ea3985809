// The same for the tests, with Boost.Test.
#pragma once

#include "precompiled.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

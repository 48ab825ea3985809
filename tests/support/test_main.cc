#define BOOST_TEST_MODULE mcprisk
#include <boost/test/unit_test.hpp>

#include "crawler/net/loop.h"

#include <unistd.h>
#include <array>
#include <boost/test/unit_test.hpp>
#include <string>

using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

struct Pipe {
    Pipe() { BOOST_REQUIRE_EQUAL(pipe(ends.data()), 0); }
    ~Pipe() {
        close(ends[0]);
        close(ends[1]);
    }
    std::array<int, 2> ends{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(loop)

BOOST_AUTO_TEST_CASE(timers_fire_in_order_of_time_and_cancelled_ones_do_not) {
    Loop loop;
    std::string order;
    loop.after(milliseconds{20}, [&] { order += 'c'; });
    loop.after(milliseconds{0}, [&] { order += 'a'; });
    const TimerId cancelled = loop.after(milliseconds{5}, [&] { order += 'x'; });
    loop.after(milliseconds{10}, [&] { order += 'b'; });
    loop.cancel(cancelled);
    loop.run_until([&] { return order.size() == 3; });
    BOOST_TEST(order == "abc");
}

BOOST_AUTO_TEST_CASE(runs_out_when_nothing_is_left_to_wait_for) {
    Loop loop;
    bool ran = false;
    loop.post([&] { ran = true; });
    loop.run_until([] { return false; });
    BOOST_TEST(ran);
}

BOOST_AUTO_TEST_CASE(a_readable_pipe_calls_back_and_a_closed_one_reads_as_end) {
    Loop loop;
    Pipe pipe;
    std::string got;
    bool ended = false;
    loop.watch(pipe.ends[0], Interest::read, [&](Ready ready) {
        BOOST_TEST(ready.read);
        char c = 0;
        if (read(pipe.ends[0], &c, 1) == 1) {
            got += c;
            close(pipe.ends[1]);
            pipe.ends[1] = -1;
        } else {
            ended = true;
            loop.unwatch(pipe.ends[0]);
        }
    });
    BOOST_REQUIRE_EQUAL(write(pipe.ends[1], "z", 1), 1);
    loop.run_until([&] { return ended; });
    BOOST_TEST(got == "z");
}

BOOST_AUTO_TEST_CASE(a_callback_may_remove_another_watch_of_the_same_round) {
    Loop loop;
    Pipe first;
    Pipe second;
    int calls = 0;
    const auto once = [&](int self, int other) {
        return [&loop, &calls, self, other](Ready) {
            ++calls;
            loop.unwatch(other);
            loop.unwatch(self);
        };
    };
    loop.watch(first.ends[0], Interest::read, once(first.ends[0], second.ends[0]));
    loop.watch(second.ends[0], Interest::read, once(second.ends[0], first.ends[0]));
    BOOST_REQUIRE_EQUAL(write(first.ends[1], "a", 1), 1);
    BOOST_REQUIRE_EQUAL(write(second.ends[1], "a", 1), 1);
    loop.run_until([] { return false; });
    BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_SUITE_END()

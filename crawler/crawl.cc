#include "crawler/crawl.h"

#include <algorithm>
#include <map>

namespace mcprisk::crawler {

void list_servers(Loop& loop,
                  std::vector<Target> targets,
                  std::size_t jobs,
                  const ListerFactory& make,
                  const std::function<void(std::size_t, Listing)>& on_listing,
                  const std::function<bool()>& stop) {
    std::map<std::size_t, std::unique_ptr<Lister>> running;
    std::size_t next = 0;
    std::size_t done = 0;
    std::vector<std::size_t> finished;  // destroyed outside of their own callbacks
    const std::size_t total = targets.size();
    const auto start_more = [&] {
        for (const std::size_t index : finished) running.erase(index);
        finished.clear();
        while (running.size() < std::max<std::size_t>(jobs, 1) && next < total) {
            const std::size_t index = next++;
            auto lister = make(std::move(targets[index]), [&, index](Listing listing) {
                on_listing(index, std::move(listing));
                finished.push_back(index);
                ++done;
            });
            lister->start();
            running.emplace(index, std::move(lister));
        }
    };
    start_more();
    while (done < total && !(stop && stop())) {
        loop.run_once();
        if (!finished.empty()) start_more();
    }
    running.clear();
}

}  // namespace mcprisk::crawler

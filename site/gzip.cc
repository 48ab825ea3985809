#include "site/gzip.h"

#include <zlib.h>
#include <stdexcept>

namespace mcprisk::site {

std::string gzip(std::string_view text) {
    constexpr int kGzip = 15 + 16;  // the largest window, with gzip's own header
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, kGzip, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("zlib could not be started");
    }
    std::string out(deflateBound(&stream, text.size()), '\0');
    // zlib does not write through it; its declaration is older than const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (ended != Z_STREAM_END) throw std::runtime_error("zlib could not pack a page");
    return out;
}

bool is_worth_packing(const SiteFile& file) {
    constexpr std::size_t kPacket = 1200;
    return file.bytes.size() > kPacket && !file.path.ends_with(".png");
}

}  // namespace mcprisk::site

#include "crawler/curl_handles.h"

#include <fmt/format.h>
#include <stdexcept>

namespace mcprisk::crawler {
namespace {

void set_up_library() {
    // Once for the whole process; libcurl itself demands it.
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        throw std::runtime_error(
            fmt::format("setting up libcurl failed: {}", curl_easy_strerror(code)));
    }
}

}  // namespace

EasyHandle::EasyHandle() {
    set_up_library();
    handle_.reset(curl_easy_init());
    if (!handle_) throw std::runtime_error("libcurl gives no handle for a transfer");
}

void EasyHandle::check(CURLcode code, const char* what) {
    if (code == CURLE_OK) return;
    throw std::runtime_error(
        fmt::format("libcurl does not accept {}: {}", what, curl_easy_strerror(code)));
}

void EasyHandle::reset() {
    curl_easy_reset(handle_.get());
    headers_.reset();
}

void EasyHandle::set(CURLoption option, long value) {
    check(curl_easy_setopt(handle_.get(), option, value), "a number");
}

void EasyHandle::set(CURLoption option, const std::string& value) {
    check(curl_easy_setopt(handle_.get(), option, value.c_str()), "a text");
}

void EasyHandle::clear(CURLoption option) {
    check(curl_easy_setopt(handle_.get(), option, nullptr), "an empty option");
}

void EasyHandle::set_pointer(CURLoption option, void* value) {
    check(curl_easy_setopt(handle_.get(), option, value), "a pointer");
}

void EasyHandle::set_body(const std::string& body) {
    const auto size = static_cast<curl_off_t>(body.size());
    check(curl_easy_setopt(handle_.get(), CURLOPT_POSTFIELDSIZE_LARGE, size), "a body size");
    check(curl_easy_setopt(handle_.get(), CURLOPT_POSTFIELDS, body.data()), "a body");
}

void EasyHandle::set_headers(const HttpHeaders& headers) {
    std::unique_ptr<curl_slist, ListCleanup> list;
    for (const auto& [name, value] : headers) {
        // "Name;" is how libcurl writes a header without a value; "Name:" would remove it.
        const std::string line = value.empty() ? name + ";" : name + ": " + value;
        curl_slist* longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        static_cast<void>(list.release());
        list.reset(longer);
    }
    check(curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, list.get()), "headers");
    headers_ = std::move(list);
}

MultiHandle::MultiHandle() {
    set_up_library();
    handle_.reset(curl_multi_init());
    if (!handle_) throw std::runtime_error("libcurl gives no handle for many transfers");
}

void MultiHandle::check(CURLMcode code, const char* what) {
    if (code == CURLM_OK) return;
    throw std::runtime_error(
        fmt::format("libcurl does not accept {}: {}", what, curl_multi_strerror(code)));
}

void MultiHandle::set(CURLMoption option, long value) {
    check(curl_multi_setopt(handle_.get(), option, value), "a number");
}

void MultiHandle::set_pointer(CURLMoption option, void* value) {
    check(curl_multi_setopt(handle_.get(), option, value), "a pointer");
}

}  // namespace mcprisk::crawler

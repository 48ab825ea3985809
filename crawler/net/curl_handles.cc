#include "crawler/net/curl_handles.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <cstdlib>
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

EasyHandle EasyHandle::make() {
    set_up_library();
    EasyHandle easy;
    easy.handle_.reset(curl_easy_init());
    if (!easy.handle_) throw std::runtime_error("libcurl gives no handle for a transfer");
    return easy;
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

void TrustStore::Free::operator()(x509_store_st* store) const { X509_STORE_free(store); }

void TrustStore::load() {
    if (std::exchange(loaded_, true)) return;
    if (file_.empty()) {
        const char* named = std::getenv("SSL_CERT_FILE");
        const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
        file_ = named != nullptr ? named : built_in != nullptr ? built_in : "";
    }
    if (file_.empty()) return;
    store_.reset(X509_STORE_new());
    // An intermediate certificate in the bundle may end a chain, as with libcurl.
    if (store_) X509_STORE_set_flags(store_.get(), X509_V_FLAG_PARTIAL_CHAIN);
    if (!store_ || X509_STORE_load_file(store_.get(), file_.c_str()) != 1) store_.reset();
    ERR_clear_error();
}

CURLcode TrustStore::on_context(CURL*, void* context, void* user) noexcept {
    SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), static_cast<x509_store_st*>(user));
    return CURLE_OK;
}

void TrustStore::use_for(EasyHandle& easy) {
    load();
    easy.clear(CURLOPT_CAPATH);  // with it, libcurl parses the bundle anew for each connection
    if (!store_) {
        if (!file_.empty()) easy.set(CURLOPT_CAINFO, file_);
        return;
    }
    easy.clear(CURLOPT_CAINFO);
    easy.set_callback(CURLOPT_SSL_CTX_FUNCTION, &TrustStore::on_context);
    easy.set_pointer(CURLOPT_SSL_CTX_DATA, store_.get());
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

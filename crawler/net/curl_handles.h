// Owners of libcurl's handles, and options that cannot be given a wrong type: curl_easy_setopt
// takes anything.
#pragma once

#include <curl/curl.h>
#include <memory>
#include <string>
#include <utility>

#include "crawler/net/http_message.h"

struct x509_store_st;

namespace mcprisk::crawler {

// All throw std::runtime_error if libcurl refuses: that is a broken build or no memory, not bad
// input.
class EasyHandle {
  public:
    EasyHandle() = default;  // none
    static EasyHandle make();
    explicit operator bool() const { return handle_ != nullptr; }

    void reset();  // all options to their defaults, connections and caches stay
    void set(CURLoption option, long value);
    void set(CURLoption option, const std::string& value);  // copied by libcurl
    void clear(CURLoption option);                          // a pointer option to null
    void set_pointer(CURLoption option, void* value);       // not owned
    void set_body(const std::string& body);                 // not copied: must outlive the transfer
    void set_headers(const HttpHeaders& headers);           // replaces what was set before

    template <typename Function>
    void set_callback(CURLoption option, Function* function) {
        check(curl_easy_setopt(handle_.get(), option, function), "a callback");
    }

    [[nodiscard]] CURL* get() const { return handle_.get(); }

  private:
    struct EasyCleanup {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };
    struct ListCleanup {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };
    static void check(CURLcode code, const char* what);

    std::unique_ptr<curl_slist, ListCleanup> headers_;
    std::unique_ptr<CURL, EasyCleanup> handle_;  // goes first: it refers to the list
};

// The certificates that servers are checked against, parsed once for all connections: libcurl by
// itself parses the bundle for every connection or keeps a copy for every multi handle. Must
// outlive the transfers that use it.
class TrustStore {
  public:
    // `file`: a bundle in PEM; empty: $SSL_CERT_FILE, else what libcurl was built with. A bundle
    // that cannot be read leaves checking to libcurl's own settings. Reads the file on first use.
    explicit TrustStore(std::string file) : file_(std::move(file)) {}

    void use_for(EasyHandle& easy);

  private:
    struct Free {
        void operator()(x509_store_st* store) const;
    };
    static CURLcode on_context(CURL*, void* context, void* user) noexcept;
    void load();

    std::string file_;
    bool loaded_ = false;
    std::unique_ptr<x509_store_st, Free> store_;
};

class MultiHandle {
  public:
    MultiHandle();

    void set(CURLMoption option, long value);
    void set_pointer(CURLMoption option, void* value);
    template <typename Function>
    void set_callback(CURLMoption option, Function* function) {
        check(curl_multi_setopt(handle_.get(), option, function), "a callback");
    }
    static void check(CURLMcode code, const char* what);

    [[nodiscard]] CURLM* get() const { return handle_.get(); }

  private:
    struct Cleanup {
        void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
    };
    std::unique_ptr<CURLM, Cleanup> handle_;
};

}  // namespace mcprisk::crawler

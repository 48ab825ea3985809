// Made-up values of the shape that a server's settings have. Pure.
//
// A server that wants a key only to begin will mostly list its tools with any key of the right
// shape. None of these values opens anything: hosts are port 9 of this machine or below the domain
// `.invalid` (RFC 2606), keys are zeros behind their vendor's public prefix.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mcprisk::crawler {

enum class Shape : std::uint8_t {
    key,        // any text, or a key with the prefix its vendor is known for
    url,        // http://127.0.0.1:9
    database,   // an address of a database, by what the name says it is
    host_port,  // 127.0.0.1:9
    host,
    port,
    number,
    boolean,
    email,
    uuid,
    json,  // {}
    region,
    word,  // a user, a project, a name
    domain,
    directory,  // an existing empty one
    file,       // an existing empty file
    json_file,  // an existing file that holds what such files hold
    yaml_file,
    pem_file,
    transport  // "stdio"
};

// What a setting of that name mostly is: an environment variable, an option, or the word that a
// usage line has for an argument ("vault-directory", "DATABASE_URL", "apiKey").
Shape shape_of(std::string_view name);

// The shape that a complaint about a value asks for instead; `was` if it asks for none.
// "must be a valid URL", "ENOENT: no such file", "Unexpected token p in JSON".
Shape shape_after(std::string_view complaint, Shape was);

// The value itself; for files and directories the name below the directory that holds them
// (placeholder_files.h).
// `context` is what the server is called: it tells the vendor where a name ("API_KEY") does not.
std::string placeholder_value(Shape shape, std::string_view name, std::string_view context = {});

bool is_path(Shape shape);

}  // namespace mcprisk::crawler

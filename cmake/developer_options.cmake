# Flags every target of ours is built with; third-party headers are SYSTEM and stay quiet.
add_library(mcprisk_options INTERFACE)
target_compile_options(mcprisk_options INTERFACE
  -Wall -Wextra -Wpedantic
  -Wshadow            # a hidden name is a bug waiting for an edit
  -Wnon-virtual-dtor
  -Woverloaded-virtual
  -Wnull-dereference
  -Wno-missing-field-initializers  # designated initialisers rely on member defaults
)
target_include_directories(mcprisk_options INTERFACE ${CMAKE_SOURCE_DIR})
# RE2 asks for it; everywhere, since a precompiled header fits only what was compiled alike.
target_compile_options(mcprisk_options INTERFACE -pthread)
if(MCPRISK_WERROR)
  target_compile_options(mcprisk_options INTERFACE -Werror -Wno-error=null-dereference
                         -Wno-error=maybe-uninitialized)
endif()
if(MCPRISK_SANITIZE)
  target_compile_options(mcprisk_options INTERFACE -fsanitize=address,undefined
                         -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(mcprisk_options INTERFACE -fsanitize=address,undefined)
endif()

# The headers that nearly every source reads, compiled once (docs/performance.md has what that saves).
add_library(mcprisk_precompiled STATIC cmake/precompiled.cc)
target_link_libraries(mcprisk_precompiled PUBLIC mcprisk_options nlohmann_json::nlohmann_json fmt::fmt)
target_include_directories(mcprisk_precompiled SYSTEM PUBLIC ${TL_EXPECTED_INCLUDE_DIR})
target_precompile_headers(mcprisk_precompiled PRIVATE cmake/precompiled.h)

# One static library for a top-level folder: add_room(name sources...).
function(add_room name)
  add_library(mcprisk_${name} STATIC ${ARGN})
  target_link_libraries(mcprisk_${name} PUBLIC mcprisk_options)
  target_precompile_headers(mcprisk_${name} REUSE_FROM mcprisk_precompiled)
endfunction()

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

# Reading the shared headers and instantiating what they hold costs a source more than its own text
# does. With this, sources of one folder are compiled several at a time, and a cold build takes half
# the time: ./quickstart does so. The price: names in unnamed namespaces must differ within a folder
# (model.rooms holds that), and an edit compiles its neighbours too.
option(MCPRISK_TOGETHER "Compile the sources of a folder several at a time" OFF)
set(MCPRISK_TOGETHER_SIZE 6 CACHE STRING "At most so many sources at a time")

# The headers that nearly every source reads, compiled once (docs/performance.md has what that saves).
add_library(mcprisk_precompiled STATIC cmake/precompiled.cc)
target_link_libraries(mcprisk_precompiled PUBLIC mcprisk_options nlohmann_json::nlohmann_json fmt::fmt)
target_include_directories(mcprisk_precompiled SYSTEM PUBLIC ${TL_EXPECTED_INCLUDE_DIR})
if(MCPRISK_TOGETHER)
  target_precompile_headers(mcprisk_precompiled PRIVATE cmake/precompiled_together.h)
else()
  target_precompile_headers(mcprisk_precompiled PRIVATE cmake/precompiled.h)
endif()

# together(OUT sources...): the sources to compile instead. Includes are relative to the top, so that
# a compiler cache serves every checkout.
function(together out prefix)
  if(NOT MCPRISK_TOGETHER)
    set(${out} ${ARGN} PARENT_SCOPE)
    return()
  endif()
  file(RELATIVE_PATH room ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(folders)
  foreach(source IN LISTS ARGN)
    get_filename_component(folder ${source} DIRECTORY)
    string(MAKE_C_IDENTIFIER "in_${folder}" key)
    list(APPEND folders ${key})
    list(APPEND ${key} ${source})
  endforeach()
  list(REMOVE_DUPLICATES folders)
  set(all)
  foreach(key IN LISTS folders)
    list(LENGTH ${key} length)
    math(EXPR batches "(${length} + ${MCPRISK_TOGETHER_SIZE} - 1) / ${MCPRISK_TOGETHER_SIZE}")
    math(EXPR size "(${length} + ${batches} - 1) / ${batches}")
    set(text "")
    set(held 0)
    set(number 1)
    foreach(source IN LISTS ${key})
      string(APPEND text "#include \"${room}/${source}\"\n")
      math(EXPR held "${held} + 1")
      list(POP_FRONT ${key})
      list(LENGTH ${key} left)
      if(held EQUAL size OR left EQUAL 0)
        set(file ${CMAKE_CURRENT_BINARY_DIR}/together/${prefix}_${key}_${number}.cc)
        file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
        list(APPEND all ${file})
        set(text "")
        set(held 0)
        math(EXPR number "${number} + 1")
      endif()
    endforeach()
  endforeach()
  set(${out} ${all} PARENT_SCOPE)
endfunction()

# One static library for a top-level folder: add_room(name sources... [APART sources...]). What
# stands APART is compiled by itself.
function(add_room name)
  cmake_parse_arguments(R "" "" "APART" ${ARGN})
  together(sources ${name} ${R_UNPARSED_ARGUMENTS})
  add_library(mcprisk_${name} STATIC ${sources} ${R_APART})
  target_link_libraries(mcprisk_${name} PUBLIC mcprisk_options)
  target_precompile_headers(mcprisk_${name} REUSE_FROM mcprisk_precompiled)
endfunction()

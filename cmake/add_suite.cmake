# Boost's own CMake package; 1.81 is the one named in docs/dependencies.md.
find_package(Boost 1.81 REQUIRED COMPONENTS unit_test_framework)

add_library(mcprisk_test_main STATIC ${CMAKE_SOURCE_DIR}/tests/support/test_main.cc
  ${CMAKE_SOURCE_DIR}/cmake/precompiled.cc)
target_compile_definitions(mcprisk_test_main PUBLIC BOOST_TEST_DYN_LINK)
target_link_libraries(mcprisk_test_main PUBLIC mcprisk_options Boost::unit_test_framework
  nlohmann_json::nlohmann_json fmt::fmt)
target_include_directories(mcprisk_test_main SYSTEM PUBLIC ${TL_EXPECTED_INCLUDE_DIR})
# Tests spend their time in the rooms, not in their own code: what compiles fastest wins.
target_compile_options(mcprisk_test_main PUBLIC -O0)
target_precompile_headers(mcprisk_test_main PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled_tests.h)
# It defines what Boost.Test must see before its first header.
set_source_files_properties(${CMAKE_SOURCE_DIR}/tests/support/test_main.cc PROPERTIES
  SKIP_PRECOMPILE_HEADERS ON)

# Where things are, for the tests that ask. A header and no options of the compiler: one source
# compiles alike wherever the tree stands, so that a compiler cache finds it.
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/build_places.h CONTENT
"#pragma once
#define MCPRISK_SOURCE_DIR \"${CMAKE_SOURCE_DIR}\"
#define MCPRISK_BINARY_DIR \"${CMAKE_BINARY_DIR}\"
#define MCPRISK_FAKE_STDIO_SERVER \"$<TARGET_FILE:fake_stdio_server>\"
#define MCPRISK_SANDBOX_PROBER \"$<TARGET_FILE:sandbox_prober>\"
")

# add_test_room(room SUITES a b c): one program per room from <suite>_test.cc files, one ctest entry
# per suite. A suite may stand in a folder of its room: <folder>/<suite>. The Boost suite in
# <suite>_test.cc must be named <suite>.
function(add_test_room room)
  cmake_parse_arguments(T "" "" "SUITES;SOURCES;LIBRARIES" ${ARGN})
  set(sources ${T_SOURCES})
  foreach(suite IN LISTS T_SUITES)
    list(APPEND sources ${suite}_test.cc)
  endforeach()
  add_executable(test_${room} ${sources})
  target_precompile_headers(test_${room} REUSE_FROM mcprisk_test_main)
  target_include_directories(test_${room} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(test_${room} PRIVATE mcprisk_test_main ${T_LIBRARIES})
  target_include_directories(test_${room} PRIVATE ${CMAKE_BINARY_DIR}/generated)
  foreach(path IN LISTS T_SUITES)
    get_filename_component(suite ${path} NAME)
    add_test(NAME ${room}.${suite} COMMAND test_${room} --run_test=${suite} --color_output=no)
    set_tests_properties(${room}.${suite} PROPERTIES TIMEOUT 300)
  endforeach()
endfunction()

# What a verdict hangs on besides the rule files: the sources of the classifier, the lexicon and its
# tables. Their hash is part of rules_version, so that `reclassify` sees a change of code as well.
function(add_reading_version target)
  set(files)
  foreach(source IN LISTS ARGN)
    list(APPEND files ${CMAKE_SOURCE_DIR}/classifier/${source})
  endforeach()
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/classifier/*.h
       ${CMAKE_SOURCE_DIR}/classifier/*/*.h)
  file(GLOB lexicon CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/model/lexicon/*.cc
       ${CMAKE_SOURCE_DIR}/model/lexicon/*.h)
  file(GLOB_RECURSE tables CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/rules/*.tsv)
  list(APPEND files ${headers} ${lexicon} ${tables})
  list(FILTER files EXCLUDE REGEX "evaluation\\.(cc|h)$")  # measures verdicts, makes none
  list(SORT files)
  string(JOIN "|" joined ${files})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/reading_version.cc)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DFILES=${joined}"
            -P ${CMAKE_SOURCE_DIR}/cmake/reading_version_script.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/reading_version_script.cmake
    COMMENT "Hashing what reads definitions"
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
  set_source_files_properties(${out} PROPERTIES SKIP_PRECOMPILE_HEADERS ON
                              SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

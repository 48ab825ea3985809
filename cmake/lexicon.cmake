# The tables of the lexicon, made from data/rules while the program is built. A new file or language
# needs no line here: the folders are the list.
add_executable(compile_lexicon
  ${CMAKE_SOURCE_DIR}/model/lexicon/compile_lexicon.cc
  ${CMAKE_SOURCE_DIR}/model/lexicon/inflect.cc
  ${CMAKE_SOURCE_DIR}/model/lexicon/names.cc)
target_link_libraries(compile_lexicon PRIVATE mcprisk_options)

function(add_lexicon target)
  set(root ${CMAKE_SOURCE_DIR}/data/rules)
  set(files)
  foreach(folder effects objects subjects modifiers languages)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${root}/${folder}/*.tsv)
    list(APPEND files ${found})
  endforeach()
  list(SORT files)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/lexicon_tables.cc)
  add_custom_command(
    OUTPUT ${out}
    COMMAND compile_lexicon ${out} ${root} ${files}
    DEPENDS compile_lexicon ${files}
    COMMENT "Compiling the lexicon"
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()

# embed_files(TARGET target NAMESPACE ns BASE dir FILES a b c)
# Generates <ns>.h/.cc with `std::span<const mcprisk::EmbeddedFile> ns()`, file names relative to
# BASE, sorted. Works at build time, so that an edited data file is picked up by a plain build.
function(embed_files)
  cmake_parse_arguments(E "" "TARGET;NAME;BASE" "FILES" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${E_NAME}.cc)
  list(SORT E_FILES)
  string(JOIN "|" joined ${E_FILES})
  set(paths)
  foreach(file IN LISTS E_FILES)
    list(APPEND paths ${E_BASE}/${file})
  endforeach()
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${E_NAME} -DBASE=${E_BASE} "-DFILES=${joined}"
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${paths} ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
    COMMENT "Embedding ${E_NAME}"
    VERBATIM)
  target_sources(${E_TARGET} PRIVATE ${out})
endfunction()

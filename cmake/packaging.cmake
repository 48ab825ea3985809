# What `cmake --install` puts where, and packages of that by CPack. The manual page and the
# completions are printed by the program that was just built.
# An install or a package never builds the tests first.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(manual_dir ${CMAKE_BINARY_DIR}/manual)
set(manual_files
  ${manual_dir}/mcprisk.1 ${manual_dir}/mcprisk.bash ${manual_dir}/_mcprisk
  ${manual_dir}/mcprisk.fish)
add_custom_command(
  OUTPUT ${manual_files}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${manual_dir}
  COMMAND mcprisk manual man > ${manual_dir}/mcprisk.1
  COMMAND mcprisk manual bash > ${manual_dir}/mcprisk.bash
  COMMAND mcprisk manual zsh > ${manual_dir}/_mcprisk
  COMMAND mcprisk manual fish > ${manual_dir}/mcprisk.fish
  DEPENDS mcprisk
  COMMENT "Writing manual page and completions"
  VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual_files})

install(FILES ${manual_dir}/mcprisk.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${manual_dir}/mcprisk.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME mcprisk)
install(FILES ${manual_dir}/_mcprisk DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${manual_dir}/mcprisk.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_CONTACT "the mcprisk project <mcprisk@localhost>")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_FILE_NAME mcprisk-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS bubblewrap)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "npm, pipx")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Lists the tools of MCP servers, says what each can do and how risky that is,
 keeps a catalogue with history, and writes policies that gateways enforce.")
# Debian's policy: a copyright file, a changelog, compressed manual pages.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/debian_files.cmake)
set(CPACK_MCPRISK_SOURCE_DIR ${CMAKE_SOURCE_DIR})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)

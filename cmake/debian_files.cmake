# Run by CPack in the folder that is about to be packed; for a .deb it adds what Debian's policy wants.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
set(root ${CPACK_TEMPORARY_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX})
set(doc ${root}/share/doc/mcprisk)
configure_file(${CPACK_MCPRISK_SOURCE_DIR}/packaging/copyright ${doc}/copyright COPYONLY)
file(REMOVE ${doc}/LICENSE)  # Debian has the text already
file(WRITE ${doc}/changelog
"mcprisk (${CPACK_PACKAGE_VERSION}) stable; urgency=medium

  * See the history of the project.

 -- ${CPACK_PACKAGE_CONTACT}  Thu, 01 Jan 2026 00:00:00 +0000
")
file(GLOB pages ${root}/share/man/man1/*.1)
foreach(page ${doc}/changelog ${pages})
  execute_process(COMMAND gzip -9nf ${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

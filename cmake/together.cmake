# Reading the shared headers and compiling what they define inline costs a source more than its own
# text does. With MCPRISK_TOGETHER, sources of one folder are compiled several at a time, and a cold
# build takes half the time (docs/performance.md): ./quickstart does so. The price: names in unnamed
# namespaces must differ within a folder (model.rooms holds that), and an edit compiles its
# neighbours too.
#
# CMake's own UNITY_BUILD names sources by their full path, so that a compiler cache would serve one
# checkout only; here includes are relative to the top.
set(MCPRISK_TOGETHER_SIZE 8 CACHE STRING "At most so many sources at a time")
set(MCPRISK_TOGETHER_ROOMS model crawler classifier store policy engine site cli
    CACHE STRING "Rooms whose sources are compiled so")

# Puts files that include the sources of a target in their place. Generated sources stay, and those
# with the property SKIP_UNITY_BUILD_INCLUSION.
function(compile_together target)
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder_of_target ${target} SOURCE_DIR)
  get_target_property(binary_folder ${target} BINARY_DIR)
  set(alone)
  set(folders)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder_of_target} NORMALIZE)
    cmake_path(IS_PREFIX CMAKE_BINARY_DIR ${source} generated)
    get_source_file_property(skipped ${source} TARGET_DIRECTORY ${target}
                             SKIP_UNITY_BUILD_INCLUSION)
    if(generated OR skipped OR NOT source MATCHES "\\.cc$")
      list(APPEND alone ${source})
      continue()
    endif()
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
    get_filename_component(folder ${source} DIRECTORY)
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    list(APPEND folders ${folder})
    list(APPEND in_${folder} ${source})
  endforeach()
  list(REMOVE_DUPLICATES folders)
  set(batches)
  foreach(folder IN LISTS folders)
    list(LENGTH in_${folder} count)
    math(EXPR parts "(${count} + ${MCPRISK_TOGETHER_SIZE} - 1) / ${MCPRISK_TOGETHER_SIZE}")
    math(EXPR size "(${count} + ${parts} - 1) / ${parts}")
    foreach(part RANGE 1 ${parts})
      math(EXPR begin "(${part} - 1) * ${size}")
      if(NOT begin LESS count)
        break()
      endif()
      list(SUBLIST in_${folder} ${begin} ${size} some)
      list(TRANSFORM some REPLACE "(.+)" "#include \"\\1\"")
      list(JOIN some "\n" text)
      set(file ${binary_folder}/together/${folder}_${part}.cc)
      file(CONFIGURE OUTPUT ${file} CONTENT "${text}\n" @ONLY)
      list(APPEND batches ${file})
    endforeach()
  endforeach()
  set_property(TARGET ${target} PROPERTY SOURCES ${batches} ${alone})
endfunction()

foreach(room IN LISTS MCPRISK_TOGETHER_ROOMS)
  if(TARGET mcprisk_${room})
    compile_together(mcprisk_${room})
  endif()
endforeach()

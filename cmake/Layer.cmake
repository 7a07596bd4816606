# SPDX-License-Identifier: Apache-2.0
# toc_layer: a layer of engine/ as a static library that sees only the layers to its left.
#
# Sources include "<layer>/<file>.h". Each layer has an include root of its own, a directory that
# holds one symlink named after it, and a target gets the roots of itself and of its DEPENDS.
# An include of a layer to the right therefore finds no file.
set(TOC_LAYERS base event source cel detect sink cli)

# toc_layer_root(<layer> <ret_var>): makes the include root and returns its path.
function(toc_layer_root name ret_root)
  set(root ${CMAKE_BINARY_DIR}/roots/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/engine/${name} ${root}/${name} SYMBOLIC)
  set(${ret_root} ${root} PARENT_SCOPE)
endfunction()

# toc_layer(<name> SOURCES <file>… [DEPENDS <layer>…] [LIBS <target>…]): the library toc_<name>.
function(toc_layer name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LIBS" ${ARGN})
  toc_layer_root(${name} root)
  add_library(toc_${name} STATIC ${arg_SOURCES})
  target_include_directories(toc_${name} PUBLIC ${root})
  list(TRANSFORM arg_DEPENDS PREPEND toc_)
  target_link_libraries(toc_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_LIBS})
endfunction()
